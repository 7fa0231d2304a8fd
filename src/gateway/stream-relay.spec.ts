import { describe, expect, it, vi } from 'vitest';
import { TimeoutSettings } from '../config/settings.js';
import { DONE, HELLO, USAGE, Vendor, errorOf, relayed } from '../../test/support/relayed-stream.js';

describe('StreamRelay', () => {
  it('streams the answer, says what it cost, and ends it', async () => {
    const vendor = new Vendor([HELLO, USAGE, DONE]);
    const { text, exchange } = await relayed([vendor], { stream_options: { include_usage: true } });
    expect(text).toMatch(
      /^data: .*"Hello".*\n\ndata: .*"usage".*\n\n: gateway \{.*"cost_usd":"0.0000475".*\}\n\ndata: \[DONE\]\n\n$/,
    );
    expect(exchange).toMatchObject({ isClosed: true, outcome: 'ok', finishReason: 'stop', usageState: 'reported' });
    expect(exchange.attempts).toMatchObject([{ outcome: { kind: 'ok' } }]);
  });

  it('asks for usage where the client did not, and keeps it to itself', async () => {
    const vendor = new Vendor([HELLO, USAGE, DONE]);
    const { text, exchange } = await relayed([vendor]);
    expect(JSON.parse(vendor.calls[0]?.body.toString() ?? '')).toMatchObject({
      stream_options: { include_usage: true },
    });
    expect(text).not.toContain('"usage"');
    expect(exchange.usage).toEqual({ inputTokens: 3, outputTokens: 4 });
  });

  it.each([DONE, ''])('ends an answer that is whole, with the vendor’s %j', async (end) => {
    const { text, exchange } = await relayed([new Vendor([HELLO, end])]);
    expect(text.endsWith(DONE)).toBe(true);
    expect(exchange).toMatchObject({
      outcome: 'ok',
      usageState: 'estimated',
      usage: { inputTokens: 1, outputTokens: 1 },
    });
  });

  it('goes to the next target while nothing was sent', async () => {
    const first = new Vendor(['data: {"error":{"message":"no","code":401}}\n\n']);
    const { text, exchange } = await relayed([first, new Vendor([HELLO, DONE])]);
    expect(text).toContain('Hello');
    expect(errorOf(text)).toBeUndefined();
    expect(exchange.attempts).toMatchObject([
      { outcome: { kind: 'failed', status: 401 } },
      { outcome: { kind: 'ok' } },
    ]);
  });

  const BEGUN = 'data: {"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}\n\n';

  it.each<[how: string, parts: (string | Error)[]]>([
    ['is cut', [BEGUN, new Error('ECONNRESET')]],
    ['closes without an end', [BEGUN]],
    ['closes inside an event', [BEGUN, HELLO.slice(0, -1)]],
    ['brings an event that is no JSON', [BEGUN, 'data: <html>\n\n', DONE]],
    ['brings an error', [BEGUN, 'data: {"error":{"message":"Overloaded","code":503}}\n\n', DONE]],
    ['brings an error that has no message', [BEGUN, 'data: {"error":{}}\n\n', DONE]],
  ])('ends with an error event and no [DONE] when the vendor’s stream %s', async (_, parts) => {
    const vendor = new Vendor(parts);
    const { text, exchange } = await relayed([vendor]);
    expect(text.startsWith(BEGUN)).toBe(true);
    expect(text).not.toContain('[DONE]');
    expect(errorOf(text)).toMatchObject({ type: 'api_error', code: 'upstream_error', param: null });
    expect(exchange).toMatchObject({ isClosed: true, outcome: 'failed', status: 502, usageState: 'estimated' });
    expect(exchange.attempts).toMatchObject([{ outcome: { kind: 'failed' } }]);
  });

  it.each<[how: string, parts: string[]]>([
    ['an error', [BEGUN, 'data: {"error":{"message":"Overloaded","code":503}}\n\n', HELLO]],
    ['an event that is no JSON', [BEGUN, 'data: <html>\n\n', HELLO]],
  ])('ends the vendor’s call after %s, since it would go on writing', async (_, parts) => {
    const vendor = new Vendor(parts);
    const { text } = await relayed([vendor]);
    expect(errorOf(text)).toBeDefined();
    expect(vendor.isEnded || vendor.calls[0]?.signal.aborted).toBe(true);
  });

  it('ends the call of a target that it gives up before it began', async () => {
    const first = new Vendor(['data: <html>\n\n', HELLO]);
    await relayed([first, new Vendor([HELLO, DONE])]);
    expect(first.isEnded || first.calls[0]?.signal.aborted).toBe(true);
  });

  it.each([
    ['a bad key', { message: 'Incorrect API key provided: sk-live-1', code: 401 }],
    ['a bad account', { message: 'Organization org-7 is disabled', code: 403 }],
  ])('does not hand on what a vendor says of %s inside a stream', async (_, error) => {
    const { text } = await relayed([new Vendor([BEGUN, `data: ${JSON.stringify({ error })}\n\n`])]);
    expect(errorOf(text)).toBeDefined();
    expect(text).not.toMatch(/sk-live-1|org-7/);
  });

  it('hands on what a vendor says of the request inside a stream', async () => {
    const error = { message: 'The tool call did not match its schema', code: 400 };
    const { text } = await relayed([new Vendor([BEGUN, `data: ${JSON.stringify({ error })}\n\n`])]);
    expect(errorOf(text)).toMatchObject({ message: error.message });
  });

  it.each([
    ['the prompt', { messages: [{ role: 'user', content: 'What is <|endoftext|>?' }] }, HELLO],
    ['the answer', {}, HELLO.replace('Hello', '<|endoftext|>')],
  ])('ends a whole answer whose tokens it has to count, whatever %s says', async (_, fields, event) => {
    const { text, exchange, thrown } = await relayed([new Vendor([event, DONE])], fields);
    expect(thrown).toBeUndefined();
    expect(text.endsWith(DONE)).toBe(true);
    expect(exchange).toMatchObject({ outcome: 'ok', usageState: 'estimated' });
  });

  it('counts an answer of which no usage is reported, though the gateway cannot read what its vendor took', async () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 5 }] }];
    const { exchange } = await relayed([new Vendor([HELLO, DONE])], { messages });
    expect(exchange).toMatchObject({ outcome: 'ok', usageState: 'estimated', usage: { outputTokens: 1 } });
    expect(exchange.usage?.inputTokens).toBeGreaterThan(0);
    expect(exchange.cost?.state).toBe('priced');
  });

  it('keeps a client waiting with keep-alives, and says in the stream when no vendor has answered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const silent = new Vendor([]);
      const called = Promise.withResolvers<void>();
      silent.send = ({ signal }) => {
        called.resolve();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      };
      const relaying = relayed([silent], {}, { totalMs: 600_000 });
      await called.promise;
      await vi.advanceTimersByTimeAsync(new TimeoutSettings().firstTokenMs);
      const { text, exchange, thrown } = await relaying;
      expect(thrown).toBeUndefined();
      expect(text).toMatch(/^: keep-alive\n\n(?:: keep-alive\n\n)*data: \{/);
      expect(errorOf(text)).toMatchObject({ code: 'upstream_timeout' });
      expect(text).not.toContain('[DONE]');
      expect(exchange).toMatchObject({ isClosed: true, outcome: 'failed', status: 504 });
    } finally {
      vi.useRealTimers();
    }
  });
});
