import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../../test/support/recordings.js';
import { toUpstreamBody } from './openai-chat.request.js';

const MODEL = 'gpt-4o-mini';

function upstream(body: string, askForUsage: boolean): string {
  return toUpstreamBody(Buffer.from(body), { model: MODEL, askForUsage }).toString();
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
    expect(toUpstreamBody(body, { model: MODEL, askForUsage: false })).toBe(body);
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
    const body = toUpstreamBody(Buffer.from('{"model":"x","n":1}'), { model, askForUsage: true });
    expect(JSON.parse(body.toString())).toEqual({ model, n: 1, stream_options: { include_usage: true } });
  });
});

const recordings = ['openai-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat'].flatMap(
  recordingsOf,
);

if (recordings.length === 0)
  process.stderr.write('Skipping recorded requests: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

describe.skipIf(recordings.length === 0)('recorded requests', () => {
  it.each(recordings)('$name keeps everything but the model and the question for usage', ({ requestBody }) => {
    const pretty = JSON.stringify(requestBody, undefined, 2);
    expect(JSON.parse(upstream(pretty, false))).toEqual({ ...requestBody, model: MODEL });
    const options = { ...(requestBody['stream_options'] as object | undefined), include_usage: true };
    expect(JSON.parse(upstream(pretty, true))).toEqual({ ...requestBody, model: MODEL, stream_options: options });
  });
});
