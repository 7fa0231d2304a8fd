import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../errors/upstream-error.js';
import { DONE, STOP, Vendor, errorOf, relayed } from '../../test/support/relayed-stream.js';

describe('a stream that breaks off', () => {
  const WHOLE = 'The quick brown fox jumps over the lazy dog.';
  const sent = texts('The quick brown fox');
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":6}}\n\n';
  const rest = [...texts(' jumps over the lazy dog.'), STOP, usage, DONE];

  function texts(text: string): string[] {
    return (text.match(/\s*\S+/g) ?? []).map((content) => chunkOf({ content }));
  }

  function chunkOf(delta: object): string {
    return `data: ${JSON.stringify({ id: 'c-1', model: 'gpt-4o', choices: [{ index: 0, delta }] })}\n\n`;
  }

  function textOf(stream: string): string {
    return [...stream.matchAll(/"content":"([^"]*)"/g)].map(([, text]) => text).join('');
  }

  const continued = { streamRecovery: 'continue' } as const;
  const refusal = new UpstreamError({ reason: 'status', status: 400, body: Buffer.alloc(0) }, 'refused');

  it('is continued by the next target, and the client is told what all of it cost', async () => {
    const [first, second] = [new Vendor([...sent, new Error('ECONNRESET')]), new Vendor(rest)];
    const fields = { stream_options: { include_usage: true } };
    const { text, exchange } = await relayed([first, second], fields, continued);
    expect(textOf(text)).toBe(WHOLE);
    expect(text.match(/"finish_reason":"stop"/g)).toHaveLength(1);
    expect(text).toMatch(/: gateway \{.*"continued":\["openai\/gpt-4o"\].*\}\n\ndata: \[DONE\]\n\n$/);
    expect(new Set([...text.matchAll(/"id":"(c-\w+|chatcmpl[^"]*)"/g)].map(([, id]) => id))).toEqual(new Set(['c-1']));
    expect(exchange.attempts).toMatchObject([
      { continues: false, outcome: { kind: 'failed', reason: 'network' }, spending: { usageState: 'estimated' } },
      { continues: true, outcome: { kind: 'ok' }, spending: { usage: { inputTokens: 30, outputTokens: 6 } } },
    ]);
    const { inputTokens = 0, outputTokens = 0 } = exchange.usage ?? {};
    expect([inputTokens > 30, outputTokens > 6]).toEqual([true, true]);
    expect(text).toContain(`"prompt_tokens":${inputTokens},"completion_tokens":${outputTokens}`);
    expect(exchange).toMatchObject({ outcome: 'ok', finishReason: 'stop', usageState: 'estimated' });
  });

  it('is put to the next target as a message that is cut off', async () => {
    const second = new Vendor(rest);
    await relayed([new Vendor([...sent, new Error('ECONNRESET')]), second], {}, continued);
    const { messages } = JSON.parse(second.calls[0]?.body.toString() ?? '{}') as { messages: object[] };
    expect(messages).toMatchObject([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'The quick brown fox' },
      { role: 'user', content: expect.stringContaining('cut off') as string },
    ]);
  });

  it('is continued by the same target once, where there is no other', async () => {
    const script = [[...sent, new Error('ECONNRESET')], rest];
    const vendor = new Vendor([], script);
    const { text } = await relayed([vendor], {}, continued);
    expect(textOf(text)).toBe(WHOLE);
    const cutTwice = new Vendor([], [script[0] ?? [], [...texts(' jumps'), new Error('ECONNRESET')]]);
    const failed = await relayed([cutTwice], {}, continued);
    expect(cutTwice.calls).toHaveLength(2);
    expect(failed.text).not.toContain('[DONE]');
    expect(errorOf(failed.text)).toMatchObject({ code: 'upstream_error' });
    expect(failed.exchange.outcome).toBe('failed');
  });

  it('is continued again where the continuation breaks off, with all that was sent', async () => {
    const second = new Vendor([...texts(' jumps over'), new Error('ECONNRESET')]);
    const third = new Vendor([...texts(' the lazy dog.'), STOP, DONE]);
    const { text, exchange } = await relayed([new Vendor([...sent, new Error('x')]), second, third], {}, continued);
    expect(textOf(text)).toBe(WHOLE);
    expect(third.calls[0]?.body.toString()).toContain('The quick brown fox jumps over');
    expect(exchange.continuedBy).toHaveLength(2);
  });

  it('is continued by another where the next one writes another answer', async () => {
    const other = new Vendor([...texts('The quick brown bear sleeps.'), STOP, DONE]);
    const { text, exchange } = await relayed(
      [new Vendor([...sent, new Error('x')]), other, new Vendor(rest)],
      {},
      continued,
    );
    expect(textOf(text)).toBe(WHOLE);
    expect(exchange.attempts.map(({ outcome }) => outcome)).toMatchObject([
      { reason: 'network' },
      { reason: 'unusable' },
      { kind: 'ok' },
    ]);
    expect(exchange.attempts[1]?.spending?.usage?.outputTokens).toBeGreaterThan(0);
  });

  it.each<[what: string, parts: (string | Error)[]]>([
    ['an event that is no JSON', [...sent, 'data: {"choices":[{"delta":{"content":" jum\n\n']],
    ['an error of the vendor’s', [...sent, 'data: {"error":{"message":"Overloaded","code":503}}\n\n']],
    ['a clean close', sent],
    ['the terminal event and no finish reason', [...sent, DONE]],
  ])('with %s is continued', async (_, parts) => {
    const { text } = await relayed([new Vendor(parts), new Vendor(rest)], {}, continued);
    expect(textOf(text)).toBe(WHOLE);
  });

  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"ci' } };

  it.each<[what: string, parts: string[], fields: object]>([
    ['in a tool call', [chunkOf({ tool_calls: [call] })], { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['in structured output', texts('{"city": "Os'), { response_format: { type: 'json_object' } }],
    ['in one of two answers', sent, { n: 2 }],
    ['with a refusal of the vendor’s', [...sent, 'data: {"error":{"message":"No","code":400}}\n\n'], {}],
  ])('%s is not continued, and not made to look whole', async (_, parts, fields) => {
    const second = new Vendor(rest);
    const { text, exchange } = await relayed([new Vendor([...parts, new Error('x')]), second], fields, continued);
    expect(second.calls).toHaveLength(0);
    expect(text).not.toContain('[DONE]');
    expect(errorOf(text)).toBeDefined();
    expect(exchange.outcome).toBe('failed');
  });

  it.each([
    ['an event that is no JSON', 'data: {"choices":[{"delta":{"content":" more\n\n'],
    ['an error', 'data: {"error":{"message":"Overloaded","code":503}}\n\n'],
  ])('is whole where %s comes after its finish reason', async (_, event) => {
    const second = new Vendor(rest);
    const { text, exchange } = await relayed([new Vendor([...sent, STOP, event]), second], {}, continued);
    expect(second.calls).toHaveLength(0);
    expect(textOf(text)).toBe('The quick brown fox');
    expect(text.endsWith(DONE)).toBe(true);
    expect(exchange.outcome).toBe('ok');
  });

  it('is not taken elsewhere where the vendor’s filter has ended it', async () => {
    const filtered = 'data: {"error":{"message":"Filtered.","code":"content_filter"}}\n\n';
    const second = new Vendor(rest);
    const { text } = await relayed([new Vendor([...sent, filtered]), second], {}, continued);
    expect(second.calls).toHaveLength(0);
    expect(errorOf(text)).toMatchObject({ message: 'Filtered.', code: 'content_filter' });
    const first = new Vendor([filtered]);
    const { thrown } = await relayed([first, second], {}, continued);
    expect([first.calls.length, second.calls.length]).toEqual([1, 0]);
    expect(thrown).toMatchObject({ status: 400, words: { message: 'Filtered.' } });
  });

  it('costs nothing where the continuation is refused', async () => {
    const refused = new Vendor([refusal]);
    const { exchange } = await relayed([new Vendor([...sent, new Error('x')]), refused], {}, continued);
    expect(refused.calls).toHaveLength(1);
    expect(exchange.attempts[1]?.spending).toBeUndefined();
  });

  it('is not continued where the settings say so', async () => {
    const second = new Vendor(rest);
    const { text } = await relayed([new Vendor([...sent, new Error('x')]), second], {}, { streamRecovery: 'error' });
    expect(second.calls).toHaveLength(0);
    expect(text).not.toContain('[DONE]');
  });

  it('tells of the first failure where nobody can go on', async () => {
    const dead = new Vendor([new Error('ECONNREFUSED')]);
    const { text, exchange } = await relayed([new Vendor([...sent, new Error('x')]), dead], {}, continued);
    expect(errorOf(text)).toMatchObject({ message: 'The provider broke off before its answer was whole.' });
    expect(text).not.toContain('[DONE]');
    expect(exchange.attempts.length).toBeGreaterThan(2);
  });

  it('ends everything when time runs out while another target is asked to go on', async () => {
    const silent = new Vendor([]);
    const ended = Promise.withResolvers<void>();
    silent.send = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended.resolve();
          reject(signal.reason as Error);
        });
      });
    const cut = new Vendor([...sent, new Error('ECONNRESET')]);
    const { text, exchange, states } = await relayed([cut, silent], {}, { ...continued, totalMs: 300 });
    await ended.promise;
    expect(text).not.toContain('[DONE]');
    expect(errorOf(text)).toBeDefined();
    expect(exchange).toMatchObject({ isClosed: true, outcome: 'failed' });
    expect(exchange.attempts[0]?.spending?.usage?.outputTokens).toBeGreaterThan(0);
    expect(states.target('openai/gpt-4o').inFlight).toBe(0);
    expect(states.provider('openai').bulkhead.runningCalls).toBe(0);
    expect(states.provider('openai').retryBudget.runningRetries).toBe(0);
  });
});
