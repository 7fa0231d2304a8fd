import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../../test/support/recordings.js';
import { UpstreamError } from '../../errors/upstream-error.js';
import { openAiChatPassthrough as passthrough } from './openai-chat.passthrough.js';

const MODEL = 'gpt-4o-mini';

interface Completion {
  readonly model: string;
  readonly usage: { readonly completion_tokens: number };
  readonly choices: readonly { readonly finish_reason: string; readonly message: { readonly content: unknown } }[];
}

function upstream(body: string, askForUsage: boolean): string {
  return passthrough.toUpstreamBody(Buffer.from(body), { model: MODEL, askForUsage }).toString();
}

function reply(body: unknown) {
  return passthrough.readReply(Buffer.from(JSON.stringify(body)));
}

describe('toUpstreamBody', () => {
  it.each([
    [
      'splices the model and keeps numbers, escapes, order and space',
      '{ "seed": 1.0e0,\n "model" : "smart" , "user":"\\u00e9" }',
      '{ "seed": 1.0e0,\n "model" : "gpt-4o-mini" , "user":"\\u00e9" }',
    ],
    [
      'changes a model that is there twice in both places',
      '{"model":"a","n":1,"model":"b"}',
      '{"model":"gpt-4o-mini","n":1,"model":"gpt-4o-mini"}',
    ],
    ['finds a model whose key is written in escapes', '{"mode\\u006c":"a"}', '{"mode\\u006c":"gpt-4o-mini"}'],
    [
      'leaves the same name inside other fields alone',
      '{"metadata":{"model":"a"},"tools":[{"model":"b"}],"model":"c"}',
      '{"metadata":{"model":"a"},"tools":[{"model":"b"}],"model":"gpt-4o-mini"}',
    ],
    [
      'leaves stream_options alone',
      '{"model":"a","stream_options":{"include_usage":false}}',
      '{"model":"gpt-4o-mini","stream_options":{"include_usage":false}}',
    ],
  ])('%s', (_, body, expected) => {
    expect(upstream(body, false)).toBe(expected);
  });

  it('hands on the very bytes when nothing has to change', () => {
    const body = Buffer.from('{"model":"gpt-4o-mini"}');
    expect(passthrough.toUpstreamBody(body, { model: MODEL, askForUsage: false })).toBe(body);
  });

  it.each([
    [
      'asks where the client did not',
      '{"model":"gpt-4o-mini"}',
      '{"stream_options":{"include_usage":true},"model":"gpt-4o-mini"}',
    ],
    [
      'asks after a space at the start',
      ' { "stream":true}',
      ' {"stream_options":{"include_usage":true}, "stream":true}',
    ],
    ['asks in an empty body', '{}', '{"stream_options":{"include_usage":true}}'],
    [
      'asks beside other options',
      '{"stream_options":{ "x":[1] }}',
      '{"stream_options":{"include_usage":true, "x":[1] }}',
    ],
    ['asks in empty options', '{"stream_options":{}}', '{"stream_options":{"include_usage":true}}'],
    ['asks in place of null', '{"stream_options":null}', '{"stream_options":{"include_usage":true}}'],
    [
      'asks in place of false',
      '{"stream_options":{"include_usage": false}}',
      '{"stream_options":{"include_usage": true}}',
    ],
    [
      'asks in place of each repetition',
      '{"stream_options":{"include_usage":0,"include_usage":null},"stream_options":{}}',
      '{"stream_options":{"include_usage":true,"include_usage":true},"stream_options":{"include_usage":true}}',
    ],
    [
      'changes no byte where the client has asked',
      '{"stream_options":{ "include_usage":true }}',
      '{"stream_options":{ "include_usage":true }}',
    ],
    [
      'is not misled by options inside a message',
      '{"messages":[{"stream_options":{}}]}',
      '{"stream_options":{"include_usage":true},"messages":[{"stream_options":{}}]}',
    ],
  ])('for usage: %s', (_, body, expected) => {
    expect(upstream(body, true)).toBe(expected);
  });

  it.each(['a"b\\c', '$& $1', '模型 😀', 'line\nbreak'])('can splice the model name %j', (model) => {
    const body = passthrough.toUpstreamBody(Buffer.from('{"model":"x","n":1}'), { model, askForUsage: true });
    expect(JSON.parse(body.toString())).toEqual({ model, n: 1, stream_options: { include_usage: true } });
  });
});

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
    const read = (): unknown => passthrough.readReply(Buffer.from(text));
    expect(read).toThrow(UpstreamError);
    expect(read).toThrow(expect.objectContaining({ failure: { reason: 'invalid_reply' } }));
  });
});

const recordings = ['openai-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat'].flatMap(
  recordingsOf,
);
const whole = recordings.filter(({ status, streamed }) => status === 200 && !streamed);

if (recordings.length === 0)
  process.stderr.write('Skipping recorded chats: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

describe.skipIf(recordings.length === 0)('recorded chats', () => {
  it.each(recordings)(
    '$name: its request keeps everything but the model and the question for usage',
    ({ requestBody }) => {
      const pretty = JSON.stringify(requestBody, undefined, 2);
      expect(JSON.parse(upstream(pretty, false))).toEqual({ ...requestBody, model: MODEL });
      const options = { ...(requestBody['stream_options'] as object | undefined), include_usage: true };
      expect(JSON.parse(upstream(pretty, true))).toEqual({ ...requestBody, model: MODEL, stream_options: options });
    },
  );

  it.each(whole)('$name: its reply is read', (recording) => {
    const body = JSON.parse(recording.reply) as Completion;
    const facts = passthrough.readReply(Buffer.from(recording.reply));
    expect(facts.model).toBe(body.model);
    expect(facts.finishReason).toBe(body.choices[0]?.finish_reason);
    expect(facts.usage).toBeDefined();
    const content = body.choices[0]?.message.content;
    expect(facts.written().text).toContain(typeof content === 'string' ? content : '');
    expect(facts.written().text === '').toBe(body.usage.completion_tokens === 0);
  });
});
