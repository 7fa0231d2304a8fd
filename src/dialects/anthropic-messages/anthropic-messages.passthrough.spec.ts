import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { EventKind, StreamWatch } from '../dialect.js';
import { wrapSignature } from '../signature-envelope.js';
import { anthropicMessagesPassthrough as passthrough } from './anthropic-messages.passthrough.js';

const OURS = wrapSignature({ origin: 'openai', value: 'enc' });

function upstream(body: string): string {
  return passthrough.toUpstreamBody(Buffer.from(body), { model: 'claude-x', askForUsage: true }).toString();
}

function watched(...events: readonly object[]): StreamWatch {
  const watch = passthrough.streamWatch();
  for (const event of events) watch.read(Buffer.from(`event: x\ndata: ${JSON.stringify(event)}\n\n`));
  return watch;
}

describe('a body that passes through', () => {
  it('changes its model only, under every spelling of the key', () => {
    expect(
      upstream(
        '{ "model": "smart",  "max_tokens": 1.0, "messages": [ {"role":"user", "content":"\\u0041"} ], "MODEL":1 }',
      ),
    ).toBe(
      '{ "model": "claude-x",  "max_tokens": 1.0, "messages": [ {"role":"user", "content":"\\u0041"} ], "MODEL":"claude-x" }',
    );
  });

  it('loses what this gateway signed for another vendor, which Anthropic would refuse', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: OURS },
      { type: 'thinking', thinking: 'own', signature: 'sig' },
      { type: 'redacted_thinking', data: OURS },
      { type: 'text', text: 'a', citations: [{ type: 'web_search_result_location', encrypted_index: OURS }] },
    ];
    const messages = [
      { role: 'assistant', content: content.slice(0, 1) },
      { role: 'user', content: 'go on' },
      { role: 'assistant', content },
    ];
    expect(JSON.parse(upstream(JSON.stringify({ model: 'm', messages })))).toEqual({
      model: 'claude-x',
      messages: [
        { role: 'user', content: 'go on' },
        { role: 'assistant', content: [content[1], { type: 'text', text: 'a', citations: [] }] },
      ],
    });
  });
});

describe('a message that passes through', () => {
  it('tells its model, usage, end and words', () => {
    const facts = passthrough.readReply(
      Buffer.from(
        JSON.stringify({
          type: 'message',
          model: 'claude-x',
          stop_reason: 'end_turn',
          usage: { input_tokens: 1, cache_read_input_tokens: 2, output_tokens: 3 },
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'tool_use', id: '1', name: 'f', input: { a: 1 } },
            { type: 'web_search_tool_result', content: [{ text: 'not its words' }] },
            { type: 'text', text: 'So' },
          ],
        }),
      ),
    );
    expect(facts).toMatchObject({
      model: 'claude-x',
      finishReason: 'end_turn',
      usage: { inputTokens: 1, cacheReadTokens: 2, outputTokens: 3 },
    });
    expect(facts.written()).toEqual({ text: 'hm\nf\n{"a":1}\nSo', length: 15 });
  });

  it.each(['<html>', '[]', '{"type":"error"}'])('is none with %s', (bytes) => {
    expect(() => passthrough.readReply(Buffer.from(bytes))).toThrow(UpstreamError);
  });
});

describe('a stream that passes through', () => {
  const delta = (piece: object) => ({ type: 'content_block_delta', index: 0, delta: piece });
  const start = { type: 'message_start', message: { model: 'claude-x', usage: { input_tokens: 5, output_tokens: 1 } } };

  it.each<[EventKind, string]>([
    ['quiet', ': comment\n\n'],
    ['quiet', 'event: ping\ndata: {"type": "ping"}\n\n'],
    ['quiet', 'data: {"x":1,"type":"ping"}\n\n'],
    ['chunk', `data: ${JSON.stringify(start)}\n\n`],
    ['chunk', 'data: {"type":"content_block_stop","index":0}\n\n'],
    ['chunk', 'data: {"type":"something_new"}\n\n'],
    ['chunk', 'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}\n\n'],
    ['done', 'event: message_stop\ndata: {"type":"message_stop"}\n\n'],
    ['done', 'data: {"x":1,"type":"message_stop"}\n\n'],
    ['error', 'data: {"type":"error","error":{"type":"api_error","message":"x"}}\n\n'],
    ['error', 'data: {"error":{"message":"x"}}\n\n'],
    ['malformed', 'data: <html>\n\n'],
    ['malformed', 'data: {"type":"message_delta",}\n\n'],
  ])('is %s at %j', (kind, event) => {
    expect(passthrough.streamWatch().read(Buffer.from(event))).toBe(kind);
  });

  it('keeps what the model writes, in whatever letters and however long', () => {
    const long = 'ä'.repeat(70_000);
    const watch = watched(
      start,
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: '1', name: 'f', input: {} } },
      delta({ type: 'thinking_delta', thinking: 'hm "é"\n' }),
      delta({ type: 'input_json_delta', partial_json: '{"a":' }),
      delta({ type: 'text_delta', text: long }),
      delta({ type: 'citations_delta', citation: { cited_text: 'not its words' } }),
      delta({ type: 'signature_delta', signature: 'not its words' }),
    );
    expect(watch.written().text).toBe(`fhm "é"\n{"a":${long}`);
  });

  it('is not misled by a model that writes the names of fields', () => {
    const words = '"type":"message_stop","text":"x","error":{},"usage":{"input_tokens":9}';
    const watch = watched(start, delta({ type: 'text_delta', text: words }));
    expect(watch.written().text).toBe(words);
    expect(watch).toMatchObject({ usage: { inputTokens: 5, outputTokens: 1 }, error: undefined, finishedChoices: 0 });
  });

  it('has text once a block says something', () => {
    const block = (content: object) => ({ type: 'content_block_start', index: 0, content_block: content });
    expect(watched(start, block({ type: 'text', text: '' })).hasText).toBe(false);
    expect(watched(start, block({ type: 'redacted_thinking', data: 'x' })).hasText).toBe(true);
    expect(watched(start, delta({ type: 'text_delta', text: 'a' })).hasText).toBe(true);
  });

  it('corrects its counts and ends once', () => {
    const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } };
    expect(watched(start, end)).toMatchObject({
      model: 'claude-x',
      usage: { inputTokens: 5, outputTokens: 9 },
      finishReason: 'end_turn',
      finishedChoices: 1,
    });
  });

  it('tells what the vendor reported', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Busy' } };
    expect(watched(start, error).error).toEqual({ type: 'overloaded_error', message: 'Busy', status: 529 });
  });
});
