import { append } from '../append.js';
import type {
  AssistantPart,
  CacheMarker,
  Conversation,
  JsonObject,
  MediaPart,
  Message,
  NativePart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../conversation.js';
import { isObject } from '../fields.js';
import { splitInstructions } from '../instructions.js';
import { parseJson } from '../json.js';
import type { Losses } from '../losses.js';
import { resultCache } from '../result-cache.js';
import { acceptedCallId } from '../tool-call-id.js';
import { MediaEncoder } from './bedrock-converse.media.js';
import { redactedContent } from './bedrock-converse.signature.js';
import { type Turn, Turns } from './bedrock-converse.turns.js';
import type { BedrockModel } from './bedrock-models.js';

/** Claude takes fewer signs in the id of a call than Converse does. */
const CLAUDE_CALL_ID = /^[\w-]{1,64}$/;
const CALL_ID = /^[\w.:-]{1,64}$/;
const MADE_ID_LENGTH = 32;

interface EncodedMessages {
  readonly system: readonly JsonObject[];
  readonly messages: readonly Turn[];
}

/** The instructions and the turns of a request. */
export function encodeMessages({ messages }: Conversation, model: BedrockModel, losses: Losses): EncodedMessages {
  const { instructions, rest } = splitInstructions(messages);
  const encoder = new MessageEncoder(model, losses);
  return { system: instructions.flatMap((part) => encoder.system(part)), messages: encoder.turns(rest) };
}

/** A cache point, or `undefined` for a model that has none. */
export function cachePoint({ ttl }: CacheMarker, model: BedrockModel, losses: Losses): JsonObject | undefined {
  if (!model.caches) {
    losses.add('cache_control');
    return undefined;
  }
  if (ttl === '1h' && model.family !== 'nova') return { cachePoint: { type: 'default', ttl } };
  if (ttl !== undefined && ttl !== '5m') losses.add('cache_control');
  return { cachePoint: { type: 'default' } };
}

class MessageEncoder {
  private readonly media: MediaEncoder;
  private readonly list = new Turns();
  /** Media of tool results that cannot stand inside them; they follow the last result of the turn. */
  private attachments: JsonObject[] = [];

  constructor(
    private readonly model: BedrockModel,
    private readonly losses: Losses,
  ) {
    this.media = new MediaEncoder(losses);
  }

  system(part: TextPart): JsonObject[] {
    const blocks = this.text(part);
    const point = part.cache && cachePoint(part.cache, this.model, this.losses);
    return point && blocks.length > 0 ? [...blocks, point] : blocks;
  }

  turns(messages: readonly Message[]): readonly Turn[] {
    for (const message of messages) {
      if (message.role !== 'tool') this.attach();
      this.message(message);
    }
    this.attach();
    const turns = this.list.finish();
    if (this.model.family === 'claude') trimPrefill(turns);
    return turns;
  }

  private message(message: Message): void {
    switch (message.role) {
      case 'tool':
        for (const result of message.results) {
          this.add('user', this.toolResult(result), resultCache(result, this.losses));
        }
        return;
      case 'assistant':
        this.checkName(message.name);
        for (const part of message.parts) this.add('assistant', this.assistantPart(part), cacheOf(part));
        return;
      case 'user':
        this.checkName(message.name);
        for (const part of message.parts) this.add('user', this.userPart(part), cacheOf(part));
        return;
      case 'system':
      case 'developer':
        for (const part of message.parts) this.add('user', this.text(part), part.cache);
    }
  }

  private add(role: Turn['role'], blocks: readonly JsonObject[], cache: CacheMarker | undefined): void {
    this.list.add(role, blocks);
    const point = cache && cachePoint(cache, this.model, this.losses);
    if (point && !this.list.mark(role, point)) this.losses.add('cache_control');
  }

  private attach(): void {
    this.list.add('user', this.attachments);
    this.attachments = [];
  }

  private checkName(name: string | undefined): void {
    if (name !== undefined) this.losses.add('message_name');
  }

  private userPart(part: TextPart | MediaPart | NativePart): JsonObject[] {
    if (part.type === 'text') return this.text(part);
    if (part.type === 'media') return listOf(this.media.encode(part));
    this.losses.add(part.kind);
    return [];
  }

  private assistantPart(part: AssistantPart): JsonObject[] {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return this.text(part);
      case 'reasoning':
        return this.reasoning(part);
      case 'tool-call':
        return [this.toolUse(part)];
      case 'media':
      case 'native':
        break;
    }
    // Converse takes media from the user only.
    this.losses.add(part.kind);
    return [];
  }

  /** Converse refuses a text of nothing but white space. */
  private text(part: TextPart | Extract<AssistantPart, { type: 'refusal' }>): JsonObject[] {
    if (part.type === 'text' && part.citations) this.losses.add('citations');
    if (part.type === 'text' && part.signature) this.losses.add('reasoning_signature');
    return part.text.trim() === '' ? [] : [{ text: part.text }];
  }

  /** Only Claude is known to take its reasoning back, and only with its own signature. */
  private reasoning({ text, signature }: ReasoningPart): JsonObject[] {
    const { family } = this.model;
    if (signature?.origin === 'anthropic' && (family === 'claude' || family === 'hidden')) {
      const reasoningContent = signature.redacted
        ? { redactedContent: redactedContent(signature) }
        : { reasoningText: { text, signature: signature.value } };
      return [{ reasoningContent }];
    }
    if (text !== '') this.losses.add('reasoning');
    if (signature) this.losses.add('reasoning_signature');
    return [];
  }

  private toolUse(call: ToolCallPart): JsonObject {
    if (call.signature) this.losses.add('reasoning_signature');
    return { toolUse: { toolUseId: this.callId(call.id), name: call.name, input: inputOf(call) } };
  }

  private toolResult(result: ToolResultPart): JsonObject[] {
    const content = result.parts.flatMap((part) => this.resultPart(part));
    const knowsErrors = ['claude', 'nova', 'hidden'].includes(this.model.family);
    if (result.isError && !knowsErrors) this.losses.add('tool_error');
    const status = result.isError && knowsErrors ? { status: 'error' } : {};
    return [{ toolResult: { toolUseId: this.callId(result.callId), content, ...status } }];
  }

  private resultPart(part: TextPart | MediaPart | NativePart): JsonObject[] {
    const blocks = this.userPart(part);
    if (part.type !== 'media' || blocks.length === 0) return blocks;
    const inside = part.kind === 'image' || (part.kind === 'document' && this.model.family !== 'nova');
    if (inside) return blocks;
    append(this.attachments, blocks);
    return [{ text: `The ${part.kind} is attached.` }];
  }

  private callId(id: string): string {
    return acceptedCallId(id, this.model.family === 'claude' ? CLAUDE_CALL_ID : CALL_ID, MADE_ID_LENGTH);
  }
}

/** Claude refuses to continue an answer that ends in white space. */
function trimPrefill(turns: readonly Turn[]): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  const block = last.content.at(-1);
  if (typeof block?.text === 'string') last.content.splice(-1, 1, { text: block.text.trimEnd() });
}

function cacheOf(part: AssistantPart): CacheMarker | undefined {
  return 'cache' in part ? part.cache : undefined;
}

function listOf(block: JsonObject | undefined): JsonObject[] {
  return block ? [block] : [];
}

/** Converse wants an object. What is none goes into one, so that the model still sees what it wrote. */
function inputOf({ arguments: text, custom }: ToolCallPart): unknown {
  if (custom) return { input: text };
  if (text.trim() === '') return {};
  const value = parseJson(text);
  return isObject(value) ? value : { input: value === undefined ? text : value };
}
