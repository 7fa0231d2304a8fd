import { describe, expect, it } from 'vitest';
import type { Conversation, JsonObject, Message } from '../conversation.js';
import { asObject, objectsIn } from '../fields.js';
import { Losses } from '../losses.js';
import { encodeRequest } from './anthropic-messages.request.encode.js';

const BUDGET_MODEL = 'claude-sonnet-4-5';
const NEW_MODEL = 'claude-sonnet-5';

interface Encoded {
  readonly body: JsonObject;
  readonly losses: readonly string[];
}

function encoded(asked: Partial<Conversation>, model = BUDGET_MODEL): Encoded {
  const losses = new Losses();
  const messages: Message[] = [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }];
  const body = encodeRequest({ model: 'm', stream: false, messages, unmodelled: [], ...asked }, { model, losses });
  return { body, losses: losses.names };
}

function contents(messages: readonly Message[], model?: string): unknown[] {
  return objectsIn(encoded({ messages }, model).body['messages']).map(({ role, content }) => [role, content]);
}

const text = (words: string) => ({ type: 'text' as const, text: words });
const user = (words: string): Message => ({ role: 'user', parts: [text(words)] });
const assistant = (words: string): Message => ({ role: 'assistant', parts: [text(words)] });
const system = (words: string): Message => ({ role: 'system', parts: [text(words)] });
const call = (id: string, args = '{}') => ({ type: 'tool-call' as const, id, name: 'f', arguments: args });
const result = (callId: string, words = 'ok') => ({ type: 'tool-result' as const, callId, parts: [text(words)] });

describe('messages for Anthropic', () => {
  it('puts leading instructions into the system prompt', () => {
    const { body } = encoded({ messages: [system('a'), { role: 'developer', parts: [text('b')] }, user('c')] });
    expect(body['system']).toEqual([text('a'), text('b')]);
    expect(body['messages']).toEqual([{ role: 'user', content: [text('c')] }]);
  });

  it('lets a newer model hear a later instruction in its own role, after a user and before the model', () => {
    expect(contents([user('a'), system('b'), assistant('c'), user('d')], 'claude-opus-4-8')).toEqual([
      ['user', [text('a')]],
      ['system', [text('b')]],
      ['assistant', [text('c')]],
      ['user', [text('d')]],
    ]);
  });

  it.each([
    ['an older model', BUDGET_MODEL, [user('a'), system('b')], [text('a'), text('<system>b</system>')]],
    [
      'a place before a user',
      NEW_MODEL,
      [user('a'), system('b'), user('c')],
      [text('a'), text('<system>b</system>'), text('c')],
    ],
  ])('lets the user say a later instruction, for %s', (_, model, messages, content) => {
    expect(contents(messages, model)).toEqual([['user', content]]);
  });

  it('merges neighbours of one role', () => {
    expect(contents([user('a'), user('b'), assistant('c'), assistant('d'), user('e')])).toEqual([
      ['user', [text('a'), text('b')]],
      ['assistant', [text('c'), text('d')]],
      ['user', [text('e')]],
    ]);
  });

  it('puts results of tools first in their turn', () => {
    const messages: Message[] = [
      user('a'),
      { role: 'assistant', parts: [call('1'), call('2')] },
      { role: 'tool', results: [result('1')] },
      user('b'),
      { role: 'tool', results: [result('2')] },
    ];
    const types = objectsIn(asObject(objectsIn(encoded({ messages }).body['messages']).at(-1))['content']);
    expect(types.map((block) => block['tool_use_id'] ?? block['text'])).toEqual(['1', '2', 'b']);
  });

  it('leaves out empty texts and the turns that are nothing else', () => {
    expect(contents([user('a'), assistant(' \n'), { role: 'user', parts: [text(''), text('b')] }])).toEqual([
      ['user', [text('a'), text('b')]],
    ]);
  });

  it('trims an answer to go on from', () => {
    expect(contents([user('a'), assistant('So: \n')]).at(-1)).toEqual(['assistant', [text('So:')]]);
  });

  it('gives a call and its result the same accepted id', () => {
    const [made, answered] = [call('call|ü/1'), result('call|ü/1')];
    const { body } = encoded({
      messages: [user('a'), { role: 'assistant', parts: [made] }, { role: 'tool', results: [answered] }],
    });
    const [, calling, answering] = objectsIn(body['messages']);
    const id = objectsIn(calling?.['content'])[0]?.['id'];
    expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(objectsIn(answering?.['content'])[0]?.['tool_use_id']).toBe(id);
  });

  it.each([
    ['no arguments', '', {}],
    ['an object', '{"a":1}', { a: 1 }],
    ['arguments that were cut', '{"a":', { arguments: '{"a":' }],
    ['a list', '[1]', { arguments: '[1]' }],
  ])('writes %s as an object', (_, args, input) => {
    const { body } = encoded({ messages: [user('a'), { role: 'assistant', parts: [call('1', args)] }] });
    expect(objectsIn(objectsIn(body['messages'])[1]?.['content'])[0]?.['input']).toEqual(input);
  });

  it('keeps reasoning that Anthropic signed and names what it did not sign', () => {
    const signed = {
      type: 'reasoning' as const,
      text: 'hm',
      signature: { origin: 'anthropic' as const, value: 'sig' },
    };
    const redacted = {
      type: 'reasoning' as const,
      text: '',
      signature: { origin: 'anthropic' as const, value: 'data', redacted: true as const },
    };
    const foreign = { type: 'reasoning' as const, text: 'oh', signature: { origin: 'google' as const, value: 'g' } };
    const messages: Message[] = [
      user('a'),
      { role: 'assistant', parts: [signed, redacted, foreign, text('b')] },
      user('c'),
    ];
    const { body, losses } = encoded({ messages });
    expect(objectsIn(body['messages'])[1]?.['content']).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'data' },
      text('b'),
    ]);
    expect(losses).toEqual(['reasoning']);
  });

  it('says a failure in texts only', () => {
    const image = {
      type: 'media' as const,
      kind: 'image' as const,
      source: { type: 'url' as const, url: 'https://x.y/a.png' },
    };
    const failed = { ...result('1'), isError: true as const };
    const messages: Message[] = [{ role: 'tool', results: [failed, { ...failed, parts: [image] }] }];
    const { body, losses } = encoded({ messages });
    expect(objectsIn(objectsIn(body['messages'])[0]?.['content']).map((block) => block['is_error'])).toEqual([
      true,
      undefined,
    ]);
    expect(losses).toEqual(['tool_error']);
  });
});

describe('media for Anthropic', () => {
  it.each([
    ['image', { type: 'data', base64: 'AA' }, 'image/jpg', { type: 'base64', media_type: 'image/jpeg', data: 'AA' }],
    ['image', { type: 'url', url: 'https://x.y/a' }, undefined, { type: 'url', url: 'https://x.y/a' }],
    ['image', { type: 'file', id: 'file_01' }, undefined, { type: 'file', file_id: 'file_01' }],
    [
      'document',
      { type: 'data', base64: 'AA' },
      'application/pdf',
      { type: 'base64', media_type: 'application/pdf', data: 'AA' },
    ],
    ['document', { type: 'data', base64: 'aGk=' }, 'text/csv', { type: 'text', media_type: 'text/plain', data: 'hi' }],
    ['document', { type: 'text', text: 'hi' }, 'text/plain', { type: 'text', media_type: 'text/plain', data: 'hi' }],
  ] as const)('writes a %s from %j of type %s', (kind, source, mediaType, expected) => {
    const { body, losses } = encoded({
      messages: [{ role: 'user', parts: [{ type: 'media', kind, source, mediaType }] }],
    });
    expect(objectsIn(objectsIn(body['messages'])[0]?.['content'])).toEqual([{ type: kind, source: expected }]);
    expect(losses).toEqual([]);
  });

  it.each([
    ['image', { type: 'data', base64: 'AA' }, 'image/tiff', 'image'],
    ['image', { type: 'url', url: 'gs://bucket/a' }, 'image/png', 'image'],
    ['image', { type: 'file', id: 'file-openai' }, undefined, 'file_id'],
    ['document', { type: 'data', base64: 'AA' }, 'application/msword', 'document'],
    ['audio', { type: 'data', base64: 'AA' }, 'audio/wav', 'audio'],
    ['video', { type: 'url', url: 'https://x.y/a' }, 'video/mp4', 'video'],
  ] as const)('names a %s from %j of type %s as lost', (kind, source, mediaType, loss) => {
    expect(
      encoded({ messages: [{ role: 'user', parts: [{ type: 'media', kind, source, mediaType }] }] }).losses,
    ).toEqual([loss]);
  });
});
