import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Conversation, JsonObject } from '../dialects/conversation.js';
import { type ClientDialectName, type ClientLanguage, clientLanguages } from '../dialects/dialects.js';
import { asNumber, asObject } from '../dialects/fields.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Plan } from '../routing/target.js';
import type { ResponseItemMemory } from './response-item-memory.js';

/** How a wrapped signature begins, and what the ids of items have in them that the gateway made. */
const WRAPPED = '"gw1.';
const OWN_ITEM = '_gw_';

/** What a controller has read of a request: the model's public name, and the body. */
export interface AskedAnswer {
  readonly dialect: ClientDialectName;
  readonly model: string;
  readonly stream: boolean;
  /** As it came. */
  readonly bytes: Buffer;
  readonly json: JsonObject;
}

/** One request for an answer on its way through the house. */
export class CallerRequest {
  readonly language: ClientLanguage;
  readonly exchange: Exchange;
  readonly deadline: Deadline;
  private decoded: Conversation | undefined;

  constructor(
    readonly asked: AskedAnswer,
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    readonly plan: Plan,
    private readonly itemMemory: ResponseItemMemory,
  ) {
    this.language = clientLanguages[asked.dialect];
    this.exchange = request.exchange;
    this.deadline = request.deadline;
  }

  /**
   * What was asked, in canonical form: decoded when a target first needs it.
   * @throws GatewayError `invalid_request`
   */
  get conversation(): Conversation {
    this.decoded ??= this.decode();
    return this.decoded;
  }

  /**
   * Whether the body brings back what the gateway itself wrote into an earlier answer of another vendor, such as a
   * wrapped signature: its own vendor would refuse that, so it has to be read. Anthropic's passthrough takes it out.
   */
  get holdsOurs(): boolean {
    const { dialect, bytes } = this.asked;
    if (dialect === 'gemini') return bytes.includes(WRAPPED);
    return dialect === 'openai-responses' && (bytes.includes(WRAPPED) || bytes.includes(OWN_ITEM));
  }

  /**
   * Whether the client may name items of this answer again by their ids, as OpenAI's clients do with an answer that
   * they did not ask not to store.
   */
  get mayBeReferred(): boolean {
    return this.asked.dialect === 'openai-responses' && this.asked.json['store'] !== false;
  }

  /** Keeps the items of a translated answer for such a client. */
  keepItems(response: JsonObject): void {
    this.itemMemory.keep(this.caller, response);
  }

  /** How many answers were asked for, in the words of OpenAI or of Gemini. */
  get choices(): number {
    const { n, generationConfig, generation_config: generationConfigToo } = this.asked.json;
    const config = asObject(generationConfig ?? generationConfigToo);
    return asNumber(n) ?? asNumber(config['candidateCount'] ?? config['candidate_count']) ?? 1;
  }

  /** Whether the client of a stream asked for a usage chunk; only OpenAI's chat has to be asked. */
  get wantsUsageChunk(): boolean {
    if (this.asked.dialect !== 'openai-chat') return true;
    return asObject(this.asked.json['stream_options'])['include_usage'] === true;
  }

  private get caller(): string {
    return this.exchange.callerId ?? `address:${this.request.ip}`;
  }

  private decode(): Conversation {
    const { json, model, stream, dialect } = this.asked;
    const body = dialect === 'openai-responses' ? this.itemMemory.resolve(this.caller, json) : json;
    return this.language.dialect.decodeRequest(body, { model, stream });
  }
}
