import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json as jsonBody } from 'node:stream/consumers';
import { anthropicVoice } from './voices/anthropic.voice.js';
import { bedrockVoice } from './voices/bedrock.voice.js';
import { geminiVoice } from './voices/gemini.voice.js';
import { openAiChatVoice } from './voices/openai-chat.voice.js';
import { openAiResponsesVoice } from './voices/openai-responses.voice.js';
import { PROMPT_TOKENS, Refusal, answerTo, type Heard } from './voices/script.js';
import { sideAnswer } from './voices/side-answers.js';
import type { VendorRequest, Voice } from './voices/voice.js';

/** A request for an answer, and what the vendor made of it. */
export interface Received extends VendorRequest {
  readonly dialect: string;
  /** `undefined` for one that was refused unread. */
  readonly heard: Heard | undefined;
}

const VOICES: readonly (readonly [path: RegExp, voice: Voice])[] = [
  [/^\/v1\/chat\/completions$/, openAiChatVoice],
  [/^\/v1\/responses$/, openAiResponsesVoice],
  [/^\/v1\/messages(?:\/count_tokens)?(?:\?.*)?$/, anthropicVoice],
  [/^\/v1(?:beta)?\/models\/[^/]+:(?:streamGenerateContent\?alt=sse|generateContent|countTokens)$/, geminiVoice],
  [/^\/model\/[^/]+\/converse(?:-stream)?$/, bedrockVoice],
];

/**
 * A vendor on 127.0.0.1 that speaks every dialect, each at its own path, and holds the same small conversation in all
 * of them: it greets, calls the tool it is offered, tells the tool's result, describes images, thinks when asked to. It
 * refuses what the real one refuses, such as reasoning that comes back without its signature.
 */
export class ConversingVendor {
  readonly received: Received[] = [];
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
    if (address === null || typeof address === 'string') throw new Error('the vendor is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** What was received last. */
  get last(): Received {
    const received = this.received.at(-1);
    if (received === undefined) throw new Error('the vendor has received nothing');
    return received;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = request.method === 'GET' ? undefined : await jsonBody(request);
    const received = { path, headers: request.headers, body };
    const voice = VOICES.find(([pattern]) => pattern.test(path))?.[1];
    if (voice !== undefined) return this.converse(received, voice, response);
    const answer = sideAnswer(received);
    if (answer === undefined) return end(response, 404, { error: { message: `nothing at ${path}`, code: 404 } });
    return end(response, 200, answer);
  }

  private async converse(request: VendorRequest, voice: Voice, response: ServerResponse): Promise<void> {
    let heard: Heard | undefined;
    try {
      heard = voice.hear(request);
      if (heard.text.includes('overflow')) throw voice.overflow;
      if (/count_?tokens/i.test(request.path)) return end(response, 200, countOf(voice));
      const answer = answerTo(heard);
      if (!heard.stream) return end(response, 200, voice.reply(answer, heard));
      response.writeHead(200, { 'content-type': voice.streamType });
      for (const piece of voice.stream(answer, heard)) {
        await new Promise((resolve) => response.write(piece, resolve));
      }
      response.end();
    } catch (error) {
      // A fault of these tests' own must surface; a test then fails on the status.
      const refusal = error instanceof Refusal ? error : new Refusal(`the vendor is at a loss: ${String(error)}`);
      end(response, 400, voice.refusal(refusal), voice.refusalHeaders);
    } finally {
      this.received.push({ ...request, dialect: voice.dialect, heard });
    }
  }
}

export async function startConversingVendor(): Promise<ConversingVendor> {
  return new ConversingVendor().start();
}

function countOf({ dialect }: Voice): object {
  return dialect === 'gemini' ? { totalTokens: PROMPT_TOKENS } : { input_tokens: PROMPT_TOKENS };
}

function end(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** What the vendor says, in this dialect, of a prompt that is too long. */
export function overflowOf(dialect: string): string {
  const voice = VOICES.find(([, candidate]) => candidate.dialect === dialect)?.[1];
  if (voice === undefined) throw new Error(`nobody speaks ${dialect}`);
  return voice.overflow.message;
}
