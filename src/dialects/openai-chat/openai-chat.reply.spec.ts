import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../../test/support/recordings.js';
import { UpstreamError } from '../../errors/upstream-error.js';
import { readReply } from './openai-chat.reply.js';

function reply(body: unknown) {
  return readReply(Buffer.from(JSON.stringify(body)));
}

describe('readReply', () => {
  it('reads what the account needs', () => {
    const { model, usage, finishReason } = reply({
      model: 'gpt-4o-2024-08-06',
      usage: { prompt_tokens: 3, completion_tokens: 4 },
      choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
    });
    expect({ model, usage, finishReason }).toEqual({
      model: 'gpt-4o-2024-08-06',
      usage: { inputTokens: 3, outputTokens: 4 },
      finishReason: 'stop',
    });
  });

  it.each<[what: string, message: object, text: string]>([
    ['an answer', { role: 'assistant', content: 'Hello' }, 'Hello'],
    ['a refusal', { content: null, refusal: 'No.' }, 'No.'],
    ['reasoning, as DeepSeek names it', { reasoning_content: 'Hm', content: 'Yes' }, 'Hm\nYes'],
    ['reasoning, as Groq names it', { reasoning: 'Hm', content: 'Yes' }, 'Hm\nYes'],
    ['parts', { content: [{ type: 'text', text: 'Hello' }] }, 'Hello'],
    [
      'a tool call',
      { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      'f\n{}',
    ],
    ['a call in the older form', { content: null, function_call: { name: 'f', arguments: '{}' } }, 'f\n{}'],
  ])('counts tokens from %s', (_, message, text) => {
    expect(reply({ choices: [{ message }] }).written().text).toBe(text);
  });

  it('counts every choice', () => {
    const choices = ['one', 'two'].map((content) => ({ message: { content } }));
    expect(reply({ choices }).written()).toEqual({ text: 'one\ntwo', length: 7 });
  });

  it('does not count what a tool found as the words of the model', () => {
    const citation = {
      type: 'url_citation',
      url_citation: { url: 'https://example.org', content: 'A whole web page' },
    };
    expect(reply({ choices: [{ message: { content: 'Yes', annotations: [citation] } }] }).written().text).toBe('Yes');
  });

  it('does not count reasoning twice that comes in two forms', () => {
    const message = { reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }], content: 'Yes' };
    expect(reply({ choices: [{ message }] }).written().text).toBe('Hm\nYes');
  });

  it.each([
    ['no choices', []],
    ['a choice without a message', [{}]],
    ['a choice that is null', [null]],
  ])('finds no text in %s', (_, choices) => {
    expect(reply({ choices }).written().text).toBe('');
  });

  it.each([[{ choices: [], model: 7 }], [{ choices: [{ finish_reason: null }] }], [{ choices: [null], usage: 'x' }]])(
    'leaves undefined what %j does not say',
    (body) => {
      const { model, usage, finishReason } = reply(body);
      expect({ model, usage, finishReason }).toEqual({});
    },
  );

  it.each([
    ['no JSON', '<html>Bad gateway</html>'],
    ['cut JSON', '{"choices":[{"message":'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['an object without choices', '{"error":{"message":"overloaded"}}'],
    ['choices that are no list', '{"choices":{}}'],
  ])('refuses %s', (_, text) => {
    const read = (): unknown => readReply(Buffer.from(text));
    expect(read).toThrow(UpstreamError);
    expect(read).toThrow(expect.objectContaining({ failure: { reason: 'invalid_reply' } }));
  });
});

interface Completion {
  readonly model: string;
  readonly usage: { readonly completion_tokens: number };
  readonly choices: readonly { readonly finish_reason: string; readonly message: { readonly content: unknown } }[];
}

const recordings = ['openai-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat']
  .flatMap(recordingsOf)
  .filter(({ status, streamed }) => status === 200 && !streamed);

if (recordings.length === 0)
  process.stderr.write('Skipping recorded replies: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

describe.skipIf(recordings.length === 0)('recorded replies', () => {
  it.each(recordings)('$name is read', (recording) => {
    const body = JSON.parse(recording.reply) as Completion;
    const facts = readReply(Buffer.from(recording.reply));
    expect(facts.model).toBe(body.model);
    expect(facts.finishReason).toBe(body.choices[0]?.finish_reason);
    expect(facts.usage).toBeDefined();
    const content = body.choices[0]?.message.content;
    expect(facts.written().text).toContain(typeof content === 'string' ? content : '');
    expect(facts.written().text === '').toBe(body.usage.completion_tokens === 0);
  });
});
