import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { EventKind, StreamWatch } from '../dialect.js';
import { openAiResponsesPassthrough as passthrough } from './openai-responses.passthrough.js';

const usage = { input_tokens: 5, input_tokens_details: { cached_tokens: 2 }, output_tokens: 4 };
const response = { id: 'r', model: 'gpt-5', status: 'completed', output: [], usage };

function upstream(body: string): string {
  return passthrough.toUpstreamBody(Buffer.from(body), { model: 'm"2', askForUsage: true }).toString();
}

function watched(...events: readonly object[]): StreamWatch {
  const watch = passthrough.streamWatch();
  for (const event of events) watch.read(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
  return watch;
}

describe('a body that passes through', () => {
  it('has the vendor’s model, and every other byte as it was', () => {
    expect(upstream('{ "input" : "é \\u00e9", "model":"a","x":1.0 }')).toBe(
      '{ "input" : "é \\u00e9", "model":"m\\"2","x":1.0 }',
    );
  });

  it('has it everywhere that a server may look', () => {
    expect(upstream('{"model":"a","Model":"b","tools":[{"model":"c"}]}')).toBe(
      '{"model":"m\\"2","Model":"m\\"2","tools":[{"model":"c"}]}',
    );
  });
});

describe('a reply that passes through', () => {
  it('is read for the account', () => {
    const output = [
      { type: 'message', content: [{ type: 'output_text', text: 'Hi' }] },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ];
    const facts = passthrough.readReply(Buffer.from(JSON.stringify({ ...response, output })));
    expect(facts).toMatchObject({
      model: 'gpt-5',
      finishReason: 'completed',
      usage: { inputTokens: 3, cacheReadTokens: 2, outputTokens: 4 },
    });
    expect(facts.written().text).toBe('Hi\nf\n{}');
  });

  it.each([
    [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'max_output_tokens'],
    [{ status: 'failed' }, 'failed'],
    [{ status: 'queued' }, undefined],
  ])('ended as %j says', (rest, finishReason) => {
    const bytes = Buffer.from(JSON.stringify({ ...response, ...rest }));
    expect(passthrough.readReply(bytes).finishReason).toBe(finishReason);
  });

  it.each(['{', '[]', '{"choices":[]}'])('is not %j', (text) => {
    expect(() => passthrough.readReply(Buffer.from(text))).toThrow(UpstreamError);
  });
});

describe('a stream that passes through', () => {
  it('sends the vendor’s own end on', () => {
    expect(passthrough.terminal).toBe('');
  });

  it.each<[kind: EventKind, event: string]>([
    ['quiet', ': keep-alive\n\n'],
    ['quiet', 'data:\n\n'],
    ['quiet', 'data: [DONE]\n\n'],
    ['chunk', `event: response.created\ndata: ${JSON.stringify({ type: 'response.created', response })}\n\n`],
    ['chunk', 'data: {"type":"response.output_text.delta","delta":"Hi"}\n\n'],
    ['chunk', 'data:{"delta":"Hi","type":"response.output_text.delta"}\r\n\r\n'],
    ['chunk', 'data: {"type":"response.web_search_call.searching"}\n\n'],
    ['done', `data: ${JSON.stringify({ type: 'response.completed', response })}\n\n`],
    ['done', `data: ${JSON.stringify({ response, type: 'response.incomplete' })}\n\n`],
    ['error', 'data: {"type":"response.failed","response":{"error":{"code":"server_error","message":"No."}}}\n\n'],
    ['error', 'data: {"type":"response.cancelled","response":{}}\n\n'],
    ['error', 'event: error\ndata: {"type":"error","code":"server_error","message":"No."}\n\n'],
    ['error', 'data: {"error":{"message":"No."}}\n\n'],
    ['malformed', 'data: <html>\n\n'],
    ['malformed', 'data: {"id":1}\n\n'],
    ['malformed', 'data: {"type":"response.completed","response":{}\n\n'],
    ['malformed', 'data: {"type":"response.completed"}\n\n'],
  ])('has an event that is %s: %j', (kind, event) => {
    expect(passthrough.streamWatch().read(Buffer.from(event))).toBe(kind);
  });

  it('is read for the account', () => {
    const watch = watched(
      { type: 'response.created', response: { model: 'gpt-5', tools: [{ model: 'other' }] } },
      { type: 'response.output_text.delta', delta: 'é "1"\n' },
      { type: 'response.function_call_arguments.delta', delta: '{}' },
      { type: 'response.code_interpreter_call_code.delta', delta: 'print()' },
      { type: 'response.completed', response },
    );
    expect(watch).toMatchObject({
      model: 'gpt-5',
      finishReason: 'completed',
      finishedChoices: 1,
      hasText: true,
      usage: { inputTokens: 3, cacheReadTokens: 2, outputTokens: 4 },
    });
    expect(watch.written()).toEqual({ text: 'é "1"\n{}', length: 8 });
  });

  it('has no text before the first item or piece', () => {
    expect(watched({ type: 'response.created', response }).hasText).toBe(false);
    expect(watched({ type: 'response.output_item.added', item: {} }).hasText).toBe(true);
  });

  it('counts what came only at the end', () => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Hé' }] }];
    expect(watched({ type: 'response.completed', response: { ...response, output } }).written().text).toBe('Hé');
  });

  it('counts a piece that is too long to be searched', () => {
    const delta = '"'.repeat(100_000);
    expect(watched({ type: 'response.output_text.delta', delta }).written().length).toBe(100_000);
  });

  it('is not misled by a model that writes the names of events', () => {
    const words = '{"type":"response.completed","error":{"message":"no"},"delta":"x"}';
    const watch = watched({ type: 'response.output_text.delta', delta: words });
    expect(watch).toMatchObject({ finishReason: undefined, error: undefined });
    expect(watch.written().text).toBe(words);
  });

  it('keeps the vendor’s words of a failure', () => {
    const error = { code: 'rate_limit_exceeded', message: 'Slow.' };
    const watch = watched({ type: 'response.failed', response: { ...response, status: 'failed', error } });
    expect(watch.error).toMatchObject({ ...error, status: 429 });
  });
});
