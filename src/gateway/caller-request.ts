import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Conversation, JsonObject } from '../dialects/conversation.js';
import { type ClientDialectName, type ClientLanguage, clientLanguages } from '../dialects/dialects.js';
import { asNumber, asObject, asText, objectsIn } from '../dialects/fields.js';
import { WRAPPED_MARK, unwrapSignature } from '../dialects/signature-envelope.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Plan } from '../routing/target.js';
import { promptText } from './prompt-text.js';
import type { ResponseItemMemory } from './response-item-memory.js';

/** Claude Code names itself so. */
const CLAUDE_CODE = 'claude-cli/';

/** What the ids of items have in them that the gateway made. */
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
  private chosen: Plan | undefined;

  constructor(
    readonly asked: AskedAnswer,
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    private readonly itemMemory: ResponseItemMemory,
  ) {
    this.language = clientLanguages[asked.dialect];
    this.exchange = request.exchange;
    this.deadline = request.deadline;
  }

  get plan(): Plan {
    if (!this.chosen) throw new Error('nobody has planned this request');
    return this.chosen;
  }

  choose(plan: Plan): void {
    this.chosen = plan;
  }

  /**
   * What was asked, in canonical form: decoded when a target first needs it.
   * @throws GatewayError `invalid_request`
   */
  get conversation(): Conversation {
    this.decoded ??= this.decode();
    return this.decoded;
  }

  /** The text of the prompt, for counting; of a body that only its vendor could read, all of it. */
  promptText(): string {
    try {
      return promptText(this.conversation);
    } catch {
      return this.asked.bytes.toString();
    }
  }

  /**
   * The name under which an Anthropic client is answered: the one it asked for. Claude Code throws the reasoning of an
   * answer away that has another, and then its vendor refuses the next step of a tool loop.
   */
  get answerName(): string | undefined {
    return this.asked.dialect === 'anthropic-messages' ? this.asked.model : undefined;
  }

  /** Whether an answer that goes through as bytes has to have that name, too. */
  get insistsOnAnswerName(): boolean {
    return this.request.headers['user-agent']?.startsWith(CLAUDE_CODE) === true;
  }

  /**
   * Whether the body brings back what the gateway itself wrote into an earlier answer of another vendor, such as a
   * wrapped signature: its own vendor would refuse that, so it has to be read. Anthropic's passthrough takes it out.
   */
  get holdsOurs(): boolean {
    const { dialect, bytes, json } = this.asked;
    if (dialect === 'gemini') return bytes.includes(WRAPPED_MARK) && holdsOurSignature(json['contents']);
    if (dialect !== 'openai-responses' || !(bytes.includes(WRAPPED_MARK) || bytes.includes(OWN_ITEM))) return false;
    return objectsIn(json['input']).some(isOurItem);
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

  /** How many answers were asked for, in the words of the client's own dialect. */
  get choices(): number {
    const { dialect, json } = this.asked;
    const config = asObject(json['generationConfig'] ?? json['generation_config']);
    const counts: Partial<Record<ClientDialectName, unknown>> = {
      'openai-chat': json['n'],
      gemini: config['candidateCount'] ?? config['candidate_count'],
    };
    return Math.max(1, asNumber(counts[dialect]) ?? 1);
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

function isOurItem({ id, encrypted_content: encrypted }: JsonObject): boolean {
  return asText(id)?.includes(OWN_ITEM) === true || unwrapSignature(asText(encrypted) ?? '') !== undefined;
}

function holdsOurSignature(contents: unknown): boolean {
  return objectsIn(contents)
    .flatMap(({ parts }) => objectsIn(parts))
    .some((part) => unwrapSignature(asText(part['thoughtSignature'] ?? part['thought_signature']) ?? '') !== undefined);
}
