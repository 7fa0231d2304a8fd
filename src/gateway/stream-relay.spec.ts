import Fastify from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, RetrySettings, TimeoutSettings } from '../config/settings.js';
import { Exchange } from '../exchange/exchange.js';
import type { Provider, ProviderCall } from '../providers/provider.js';
import { Deadline } from '../resilience/deadline.js';
import { Resilience } from '../resilience/resilience.js';
import { TargetStates } from '../resilience/target-states.js';
import { ModelCapabilities } from '../routing/model-capabilities.js';
import type { Plan } from '../routing/target.js';
import { PriceBook } from '../usage/price-book.js';
import { TokenCounter } from '../usage/token-counter.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { CallerRequest } from './caller-request.js';
import { ChatCompletionRequestDto } from './chat-completion-request.dto.js';
import { JsonBodyPipe } from './json-body.pipe.js';
import { KnownSecrets } from './known-secrets.js';
import { ResponseItemMemory } from './response-item-memory.js';
import { StreamCalls } from './stream-calls.js';
import { StreamRelay } from './stream-relay.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const meter = new UsageMeter(new PriceBook(settings), new TokenCounter());
const calls = new StreamCalls(meter);
const secrets = new KnownSecrets(settings);
const pipe = new JsonBodyPipe(ChatCompletionRequestDto, () => {});

const DONE = 'data: [DONE]\n\n';
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n';
const STOP = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const HELLO = 'data: {"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\n';

/** A vendor that streams these parts, and remembers whether its body was ended. */
class Vendor implements Provider {
  readonly name = 'openai';
  readonly priceId = 'openai';
  readonly speaks = ['openai-chat'] as const;
  readonly embeds = undefined;
  readonly countsTokens = [];
  readonly askForUsage = true;
  readonly calls: ProviderCall[] = [];
  isEnded = false;

  /** @param script the parts of one call after the other, where they differ */
  constructor(
    private readonly parts: readonly (string | Error)[],
    private readonly script: readonly (readonly (string | Error)[])[] = [],
  ) {}

  adapt(body: Buffer) {
    return { body, dropped: [] };
  }

  async send(call: ProviderCall) {
    this.calls.push(call);
    return { body: this.body(this.script[this.calls.length - 1] ?? this.parts) };
  }

  async listModels(): Promise<string[]> {
    return [];
  }

  private async *body(parts: readonly (string | Error)[]): AsyncGenerator<Buffer> {
    try {
      for (const part of parts) {
        if (part instanceof Error) throw part;
        yield Buffer.from(part);
      }
    } finally {
      this.isEnded = true;
    }
  }
}

interface Relayed {
  /** What the client got. */
  readonly text: string;
  readonly exchange: Exchange;
  readonly thrown: unknown;
}

/** Streams one answer of these vendors to a client, through Fastify's own reply. */
async function relayed(
  vendors: readonly Vendor[],
  fields: object = {},
  { totalMs = 5_000, streamRecovery = 'error' }: Partial<Plan> = {},
): Promise<Relayed> {
  const server = Fastify().decorateRequest('exchange').decorateRequest('deadline');
  const deadline = new Deadline(totalMs, () => new Error('too late'));
  const exchange = new Exchange({ endpoint: '/' });
  const request = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], stream: true, ...fields };
  const retry = Object.assign(new RetrySettings(), { baseDelayMs: 0 });
  const plan: Plan = {
    strategy: 'priority',
    targets: vendors.map((provider) => stubTarget({ provider, model: 'gpt-4o' })),
    skipped: [],
    retry,
    totalMs,
    streamRecovery,
  };
  // A circuit that one test has opened is none of the next one's.
  const relay = new StreamRelay(new Resilience(new TargetStates()), new ModelCapabilities(), calls, secrets);
  let thrown: unknown;
  server.get('/', async (fastifyRequest, reply) => {
    fastifyRequest.exchange = exchange;
    fastifyRequest.deadline = deadline;
    const { json, bytes } = pipe.transform(Buffer.from(JSON.stringify(request)));
    const asked = { dialect: 'openai-chat', model: 'gpt-4o', stream: true, json, bytes } as const;
    try {
      const caller = new CallerRequest(asked, fastifyRequest, reply, new ResponseItemMemory(settings));
      caller.choose(plan);
      await relay.relay(caller);
    } catch (error) {
      thrown = error;
      reply.raw.end();
    }
  });
  const { body: text } = await server.inject('/');
  deadline.clear();
  return { text, exchange, thrown };
}

function errorOf(text: string): Record<string, unknown> | undefined {
  const found = /^data: (\{.*"error":\{.*\})$/m.exec(text)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as { error: Record<string, unknown> }).error;
}

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
      { reason: 'invalid_reply' },
      { kind: 'ok' },
    ]);
    expect(exchange.attempts[1]?.spending?.usage?.outputTokens).toBeGreaterThan(0);
  });

  it.each<[what: string, parts: (string | Error)[]]>([
    ['an event that is no JSON', [...sent, 'data: {"choices":[{"delta":{"content":" jum\n\n']],
    ['an error of the vendor’s', [...sent, 'data: {"error":{"message":"Overloaded","code":503}}\n\n']],
    ['a clean close', sent],
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
});
