import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { customCallStream } from './custom-call-stream.js';
import { callFor, offeredTools, type Errand, type OfferedTool } from './offered-tools.js';
import { anthropicVoice } from './voices/anthropic.voice.js';
import { bedrockVoice } from './voices/bedrock.voice.js';
import { geminiVoice } from './voices/gemini.voice.js';
import { openAiChatVoice } from './voices/openai-chat.voice.js';
import { openAiResponsesVoice } from './voices/openai-responses.voice.js';
import { GREETING, Refusal, type Heard } from './voices/script.js';
import type { VendorRequest, Voice } from './voices/voice.js';

/** What an agent asked of the vendor, as it arrived. */
export interface AgentRequest extends VendorRequest {
  readonly dialect: string;
  /** The body's own bytes. */
  readonly text: string;
  readonly tools: readonly OfferedTool[];
  /** `undefined` for one that was refused unread. */
  readonly heard: Heard | undefined;
  /** What it was refused with. */
  readonly refusal: string | undefined;
}

type Body = Readonly<Record<string, unknown>>;

const VOICES: readonly (readonly [path: RegExp, voice: Voice])[] = [
  [/^\/v1\/chat\/completions$/, openAiChatVoice],
  [/^\/v1\/responses$/, openAiResponsesVoice],
  [/^\/v1\/messages(?:\?.*)?$/, anthropicVoice],
  [/^\/v1(?:beta)?\/models\/[^/]+:(?:streamGenerateContent\?alt=sse|generateContent)$/, geminiVoice],
  [/^\/model\/[^/]+\/converse(?:-stream)?$/, bedrockVoice],
];

/**
 * A vendor on 127.0.0.1 whose model uses the tools of command-line agents: it calls the one that suits its errand with
 * the errand's command, and then quotes what came of it. It speaks as the conversing vendor does, and is as strict.
 */
export class AgentVendor {
  errand: Errand = { kind: 'greet' };
  /** The next request is refused in these words. */
  refusesWith: string | undefined;
  readonly received: AgentRequest[] = [];
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

  /** Back to the beginning, for the next test. */
  forget(): void {
    this.errand = { kind: 'greet' };
    this.refusesWith = undefined;
    this.received.splice(0);
  }

  /** Without a version or a trailing slash. */
  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the vendor is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const voice = VOICES.find(([pattern]) => pattern.test(path))?.[1];
    if (voice === undefined) return end(response, 404, { error: { message: `nothing at ${path}`, code: 404 } });
    const text = (await buffer(request)).toString();
    return this.serve({ path, headers: request.headers, body: JSON.parse(text) as Body }, text, voice, response);
  }

  private async serve(
    request: VendorRequest & { readonly body: Body },
    text: string,
    voice: Voice,
    response: ServerResponse,
  ): Promise<void> {
    const tools = offeredTools(request.body);
    let heard: Heard | undefined;
    let refusal: string | undefined;
    try {
      this.refuseOnce();
      refuseForeignTools(voice, tools);
      heard = hear(request, voice);
      await this.answer(heard, tools, voice, response);
    } catch (error) {
      // A fault of these tests' own must surface too: the agent's turn then fails.
      const refused = error instanceof Refusal ? error : new Refusal(`the vendor is at a loss: ${String(error)}`);
      refusal = refused.message;
      end(response, 400, voice.refusal(refused), voice.refusalHeaders);
    } finally {
      this.received.push({ ...request, dialect: voice.dialect, text, tools, heard, refusal });
    }
  }

  private refuseOnce(): void {
    const words = this.refusesWith;
    this.refusesWith = undefined;
    if (words !== undefined) throw new Refusal(words);
  }

  private async answer(
    heard: Heard,
    tools: readonly OfferedTool[],
    voice: Voice,
    response: ServerResponse,
  ): Promise<void> {
    const { results, wantsReasoning: reasoning } = heard;
    const call = results.length === 0 ? callFor(this.errand, tools) : undefined;
    if (call?.tool.kind === 'custom') return write(response, voice.streamType, customCallStream(call, heard.model));
    const answer = {
      reasoning,
      calls: call ? [{ number: 0, name: call.tool.name, arguments: call.arguments }] : [],
      text: call ? '' : results.length > 0 ? `The tool said: ${results.map(({ text }) => text).join(' ')}` : GREETING,
    };
    if (!heard.stream) return end(response, 200, voice.reply(answer, heard));
    return write(response, voice.streamType, voice.stream(answer, heard));
  }
}

export async function startAgentVendor(): Promise<AgentVendor> {
  return new AgentVendor().start();
}

/** Of those who speak OpenAI's chat, only OpenAI itself knows tools other than functions. */
function refuseForeignTools({ dialect }: Voice, tools: readonly OfferedTool[]): void {
  const index = dialect === 'openai-chat' ? tools.findIndex(({ kind }) => kind !== 'function') : -1;
  if (index !== -1) throw new Refusal(`tools[${index}].type: Input should be 'function'`);
}

/** Hears what the conversing vendor does not know: its models are a year older than the newest. */
function hear(request: VendorRequest & { readonly body: Body }, voice: Voice): Heard {
  const { client_metadata: _, ...body } = request.body;
  const { thinking, input, model } = body as { thinking?: { type: string }; input?: readonly Body[]; model?: string };
  const known = Array.isArray(input) ? { ...body, input: input.map(asFunction) } : body;
  if (thinking?.type !== 'adaptive' || model?.includes('4-5')) return voice.hear({ ...request, body: known });
  // A model that thinks as it likes also takes a turn whose thinking does not come back.
  return { ...voice.hear({ ...request, body: { ...known, thinking: undefined } }), wantsReasoning: true };
}

function asFunction(item: Body): Body {
  const type = typeof item['type'] === 'string' ? item['type'].replace('custom_tool_', 'function_') : undefined;
  return { ...item, type };
}

async function write(response: ServerResponse, type: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  response.writeHead(200, { 'content-type': type });
  for (const piece of pieces) await new Promise((resolve) => response.write(piece, resolve));
  response.end();
}

function end(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
