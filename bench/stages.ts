/**
 * What each of the gateway's own stages costs for one small JSON request, in microseconds of CPU: `npm run bench:stages`.
 * The modules are the built ones, called alone in a loop. What the frameworks around them cost is the difference between
 * their sum and the `json` scenario's CPU for a request.
 */
import { randomUUID } from 'node:crypto';

const rounds = 5;
const callsPerRound = 40_000;

const built = (path: string): Promise<Record<string, unknown>> =>
  import(new URL(`../dist/${path}`, import.meta.url).href);
await import(new URL('../node_modules/reflect-metadata/Reflect.js', import.meta.url).href);

/** The built code has no declarations; each name is checked when it is called. */
async function take<T>(path: string, name: string): Promise<T> {
  return (await built(path))[name] as T;
}

type Make<T> = new (...args: unknown[]) => T;
const Pipe = await take<Make<{ transform(bytes: Buffer): unknown }>>('gateway/json-body.pipe.js', 'JsonBodyPipe');
const Dto = await take<unknown>('gateway/chat-completion-request.dto.js', 'ChatCompletionRequestDto');
const checkMessages = await take<(messages: unknown) => void>('gateway/messages.check.js', 'checkMessages');
const { toUpstreamBody, readReply } = await take<{
  readonly toUpstreamBody: (body: Buffer, options: object) => Buffer;
  readonly readReply: (bytes: Buffer) => { usage: object };
}>('dialects/openai-chat/openai-chat.passthrough.js', 'openAiChatPassthrough');
const StreamWatch = await take<Make<{ read(event: Buffer): string }>>(
  'dialects/openai-chat/openai-chat.stream-watch.js',
  'ChatStreamWatch',
);
const Exchange = await take<Make<Record<string, unknown> & { close(): void }>>('exchange/exchange.js', 'Exchange');
const continueTrace = await take<() => object>('exchange/trace-context.js', 'continueTrace');
const PriceBook = await take<Make<{ cost(query: object): object }>>('usage/price-book.js', 'PriceBook');
const Store = await take<Make<{ increment(...args: unknown[]): Promise<object> }>>(
  'rate-limiting/memory-limit-store.js',
  'MemoryLimitStore',
);
const hashKey = await take<(key: string) => string>('access/key-ring.js', 'hashKey');
const Deadline = await take<Make<{ clear(): void }>>('resilience/deadline.js', 'Deadline');

const body = Buffer.from(
  '{"model":"bench/bench-model","messages":[{"role":"user","content":"Hello, how are you today?"}],"temperature":0.7}',
);
const reply = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'bench-model',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello! How can I help?' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 21, completion_tokens: 9, prompt_tokens_details: { cached_tokens: 0 } },
  }),
);
const event = Buffer.from(
  'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench-model","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],"usage":null}\n\n',
);
const pipe = new Pipe(Dto, (dto: { messages: unknown }) => checkMessages(dto.messages));
const { usage } = readReply(reply);
const override = { provider: 'bench', model: 'bench-model', inputUsdPerMillion: 0.15, outputUsdPerMillion: 0.6 };
const overridden = new PriceBook({ pricing: { overrides: [override] } });
const catalogued = new PriceBook({ pricing: { overrides: [] } });
const store = new Store();
const watch = new StreamWatch();

const stages: [name: string, call: () => unknown][] = [
  ['key: hash of the presented one', () => hashKey('sk-bench-0123456789')],
  ['limit: one hit in a window', () => store.increment('key:bench', 60_000, 1e9)],
  ['pipe: parse, DTO, messages', () => pipe.transform(body)],
  ['exchange: open, trace, close', openAndClose],
  ['deadline: clock and signal', () => new Deadline(600_000, () => new Error()).clear()],
  ['splice: the model in the body', () => toUpstreamBody(body, { model: 'bench-model', askForUsage: false })],
  ['reply: parse, usage', () => readReply(reply)],
  ['price: from the settings', () => overridden.cost(priceOf('bench', undefined, 'bench-model'))],
  ['price: from the catalogue', () => catalogued.cost(priceOf('openai', 'openai', 'gpt-4o-mini-2024-07-18'))],
  ['stream: one event looked through', () => watch.read(event)],
];

function openAndClose(): void {
  const exchange = new Exchange({ endpoint: '/v1/chat/completions', requestId: randomUUID() });
  exchange['trace'] = continueTrace();
  exchange.close();
}

function priceOf(provider: string, priceId: string | undefined, model: string): object {
  return { provider, priceId, models: [model], usage, time: new Date() };
}

async function microsecondsOf(call: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < callsPerRound; done++) {
    const result = call();
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / callsPerRound;
}

for (const [name, call] of stages) {
  const results: number[] = [];
  for (let round = 0; round < rounds; round++) results.push(await microsecondsOf(call));
  // The least disturbed round; the first ones warm the code up.
  console.log(
    `${Math.min(...results)
      .toFixed(2)
      .padStart(7)} µs  ${name}`,
  );
}
