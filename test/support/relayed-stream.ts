import Fastify from 'fastify';
import { stubTarget } from './stub-target.js';
import { EnvironmentSettings } from '../../src/config/environment.js';
import { Settings } from '../../src/config/load-settings.js';
import { FileSettings, RetrySettings } from '../../src/config/settings.js';
import { Exchange } from '../../src/exchange/exchange.js';
import type { Provider, ProviderCall } from '../../src/providers/provider.js';
import { Deadline } from '../../src/resilience/deadline.js';
import { Resilience } from '../../src/resilience/resilience.js';
import { TargetStates } from '../../src/resilience/target-states.js';
import { ModelCapabilities } from '../../src/routing/model-capabilities.js';
import type { Plan } from '../../src/routing/target.js';
import { PriceBook } from '../../src/usage/price-book.js';
import { TokenCounter } from '../../src/usage/token-counter.js';
import { UsageMeter } from '../../src/usage/usage-meter.js';
import { CallerRequest } from '../../src/gateway/caller-request.js';
import { ChatCompletionRequestDto } from '../../src/gateway/chat-completion-request.dto.js';
import { JsonBodyPipe } from '../../src/gateway/json-body.pipe.js';
import { KnownSecrets } from '../../src/gateway/known-secrets.js';
import { ResponseItemMemory } from '../../src/gateway/response-item-memory.js';
import { SentMemory } from '../../src/gateway/sent-events.js';
import { StreamCalls } from '../../src/gateway/stream-calls.js';
import { StreamRelay } from '../../src/gateway/stream-relay.js';
import { TargetCalls } from '../../src/gateway/target-calls.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const meter = new UsageMeter(new PriceBook(settings), new TokenCounter());
const calls = new StreamCalls(meter);
const secrets = new KnownSecrets(settings);
const pipe = new JsonBodyPipe(ChatCompletionRequestDto, () => {});

export const DONE = 'data: [DONE]\n\n';
export const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n';
export const STOP = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
export const HELLO = 'data: {"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\n';

/** A vendor that streams these parts, and remembers whether its body was ended. */
export class Vendor implements Provider {
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
  /** What is known of the targets afterwards. */
  readonly states: TargetStates;
}

/** Streams one answer of these vendors to a client, through Fastify's own reply. */
export async function relayed(
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
  const states = new TargetStates();
  const targetCalls = new TargetCalls(new Resilience(states), new ModelCapabilities());
  const relay = new StreamRelay(targetCalls, calls, new SentMemory(), secrets);
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
  return { text, exchange, thrown, states };
}

export function errorOf(text: string): Record<string, unknown> | undefined {
  const found = /^data: (\{.*"error":\{.*\})$/m.exec(text)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as { error: Record<string, unknown> }).error;
}
