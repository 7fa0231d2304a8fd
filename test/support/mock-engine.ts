import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { answer, cachedTokens, tokensIn, type ChatRequest, type Said } from './mock-model.js';

export const MOCK_MODEL = 'mock-1';
const DIMENSIONS = 384;
const HEAD = { id: 'chatcmpl-mock', created: 1_700_000_000, model: MOCK_MODEL, system_fingerprint: 'fp_mock' };

type Json = Readonly<Record<string, unknown>>;

/** Thrown for a request that the engine refuses. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

/**
 * An inference engine on 127.0.0.1 with the surface that local engines have: chat completions, embeddings, a model
 * list. It is deterministic, and does what it is asked so that a conformance suite has nothing to say against it.
 */
export class MockEngine {
  private readonly prompts: string[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.receive(request, response));
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** Ends every connection, finished or not. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Without a version or a trailing slash. */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the engine is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await text(request);
      const route = `${request.method} ${request.url}`;
      if (route === 'GET /v1/models') return end(response, 200, modelList());
      if (route === 'POST /v1/embeddings') return end(response, 200, embeddings(objectIn(body)));
      if (route === 'POST /v1/chat/completions') return await this.chat(chatRequestIn(body), response);
      throw new Refusal(404, `nothing at ${route}`);
    } catch (error) {
      const { status, message, param } =
        error instanceof Refusal ? error : new Refusal(500, `the engine is at a loss: ${String(error)}`);
      const type = status === 500 ? 'server_error' : 'invalid_request_error';
      end(response, status, { error: { message, type, param, code: null } });
    }
  }

  private async chat(request: ChatRequest, response: ServerResponse): Promise<void> {
    const said = answer(request);
    const usage = this.usageOf(request, said);
    if (request.stream !== true) return end(response, 200, completionOf(request, said, usage));
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const chunk of chunksOf(request, said, usage)) {
      await new Promise((resolve) => response.write(`data: ${JSON.stringify(chunk)}\n\n`, resolve));
    }
    response.end('data: [DONE]\n\n');
  }

  private usageOf({ messages, n = 1 }: ChatRequest, { thought, text, calls }: Said): object {
    const prompt = messages.map((message) => JSON.stringify(message)).join('\n');
    const cached = cachedTokens(prompt, this.prompts);
    this.prompts.push(prompt);
    const spoken = text.length + calls.flatMap((call) => tokensIn(call.arguments)).length;
    const [input, output] = [tokensIn(prompt).length, n * (thought.length + spoken)];
    return {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: n * thought.length },
    };
  }
}

export async function startMockEngine(): Promise<MockEngine> {
  return new MockEngine().start();
}

function completionOf(request: ChatRequest, said: Said, usage: object): object {
  const message = {
    role: 'assistant',
    content: said.calls.length > 0 ? null : said.text.join(''),
    refusal: null,
    ...(said.thought.length > 0 && { reasoning_content: said.thought.join('') }),
    ...(said.calls.length > 0 && { tool_calls: toolCallsOf(said) }),
  };
  const choices = Array.from({ length: request.n ?? 1 }, (_, index) => ({
    index,
    message,
    logprobs: request.logprobs ? logprobsOf(request, said.text) : null,
    finish_reason: said.finish,
    stop_reason: said.stoppedBy,
  }));
  return { ...HEAD, object: 'chat.completion', choices, usage };
}

function* chunksOf(request: ChatRequest, said: Said, usage: object): Iterable<object> {
  const wantsUsage = request.stream_options?.include_usage === true;
  const chunk = (choices: readonly object[], rest: object = wantsUsage ? { usage: null } : {}) => ({
    ...HEAD,
    object: 'chat.completion.chunk',
    choices,
    ...rest,
  });
  const piece = (index: number, delta: object, logprobs: object | null = null) =>
    chunk([{ index, delta, logprobs, finish_reason: null }]);
  for (let index = 0; index < (request.n ?? 1); index++) {
    yield piece(index, { role: 'assistant', content: said.calls.length > 0 ? null : '', refusal: null });
    for (const token of said.thought) yield piece(index, { reasoning_content: token });
    for (const token of said.text) {
      yield piece(index, { content: token }, request.logprobs ? logprobsOf(request, [token]) : null);
    }
    for (const [place, call] of toolCallsOf(said).entries()) {
      yield piece(index, { tool_calls: [{ ...call, index: place, function: { ...call.function, arguments: '' } }] });
      for (const part of call.function.arguments.match(/.{1,6}/gs) ?? []) {
        yield piece(index, { tool_calls: [{ index: place, function: { arguments: part } }] });
      }
    }
    yield chunk([{ index, delta: {}, logprobs: null, finish_reason: said.finish, stop_reason: said.stoppedBy }]);
  }
  if (wantsUsage) yield chunk([], { usage });
}

function toolCallsOf({ calls }: Said) {
  return calls.map((call, index) => ({ id: `call_mock_${index}`, type: 'function', function: call }));
}

function logprobsOf({ top_logprobs: top = 0 }: ChatRequest, tokens: readonly string[]): object {
  const content = tokens.map((token) => {
    const entry = { token, logprob: -token.length / 8, bytes: [...Buffer.from(token)] };
    return { ...entry, top_logprobs: top > 0 ? [entry] : [] };
  });
  return { content, refusal: null };
}

function modelList(): object {
  return { object: 'list', data: [{ id: MOCK_MODEL, object: 'model', created: HEAD.created, owned_by: 'mock' }] };
}

function embeddings({ input, encoding_format: format, dimensions = DIMENSIONS }: Json): object {
  if (typeof input !== 'string' && !Array.isArray(input)) throw new Refusal(400, '`input` is required', 'input');
  const isOne = typeof input === 'string' || typeof input[0] === 'number';
  const inputs: readonly unknown[] = isOne ? [input] : (input as readonly unknown[]);
  const data = inputs.map((each, index) => {
    const vector = vectorOf(JSON.stringify(each), Number(dimensions));
    return { object: 'embedding', index, embedding: format === 'base64' ? base64Of(vector) : vector };
  });
  const count = inputs.reduce<number>((sum, each) => sum + tokensIn(JSON.stringify(each)).length, 0);
  return { object: 'list', data, model: MOCK_MODEL, usage: { prompt_tokens: count, total_tokens: count } };
}

function vectorOf(input: string, length: number): number[] {
  return Array.from({ length }, (_, place) => ((input.charCodeAt(place % input.length) + place) % 32) / 32);
}

/** 32-bit floats, the low byte first. */
function base64Of(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

function chatRequestIn(body: string): ChatRequest {
  const request = objectIn(body);
  if (!Array.isArray(request['messages']) || request['messages'].length === 0) {
    throw new Refusal(400, '`messages` must be a list that is not empty', 'messages');
  }
  if (request['model'] !== MOCK_MODEL) throw new Refusal(404, `no model ${String(request['model'])}`, 'model');
  return request as unknown as ChatRequest;
}

function objectIn(body: string): Json {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch {
    // Refused below.
  }
  throw new Refusal(400, 'the body is not a JSON object');
}

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
