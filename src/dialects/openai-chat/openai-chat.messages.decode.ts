import { append } from '../append.js';
import type {
  AssistantPart,
  MediaPart,
  Message,
  Signature,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import { isObject, objectsIn } from '../fields.js';
import { readCitation } from './openai-chat.annotations.js';
import { RequestFields, wrongType } from './openai-chat.check.js';
import { cacheOf, type ContentPart, decodeContent, noteRest, type Unmodelled } from './openai-chat.content.decode.js';
import { readUrl } from './openai-chat.media.js';
import { readReasoning, reasoningParts, type ReasoningStep } from './openai-chat.reasoning.js';
import { readThoughtSignature } from './openai-chat.thought-signature.js';

/** What answers say of themselves; clients send them back as they came. */
const ANSWER_FIELDS = ['prefix', 'channel', 'parsed', 'object', 'provider_specific_fields', 'executed_tools'] as const;

/** Reads a request's messages, the results of one round of tool calls as one message. */
export function decodeMessages(messages: readonly RequestFields[], unmodelled: Unmodelled): readonly Message[] {
  const decoder = new MessagesDecoder(unmodelled);
  for (const message of messages) decoder.read(message);
  return decoder.messages;
}

class MessagesDecoder {
  readonly messages: Message[] = [];
  private readonly calls = new Map<string, ToolCallPart>();
  /** Of the last message that holds results. */
  private results: ToolResultPart[] = [];
  /** Calls in the older form, which has no ids. */
  private olderCalls = 0;

  constructor(private readonly unmodelled: Unmodelled) {}

  read(message: RequestFields): void {
    const role = message.needText('role');
    switch (role) {
      case 'system':
      case 'developer':
        this.readInstructions(message, role);
        break;
      case 'user':
        this.readUser(message);
        break;
      case 'assistant':
        this.readAssistant(message);
        break;
      case 'tool':
      case 'function':
        this.readResult(message, role);
        break;
      default:
        throw wrongType(message.at('role'), 'system, developer, user, assistant or tool');
    }
    noteRest(message, this.unmodelled);
  }

  private readInstructions(message: RequestFields, role: 'system' | 'developer'): void {
    if (message.text('name') !== undefined) this.unmodelled.add('message_name');
    const parts = decodeContent(message, this.unmodelled);
    const texts = parts.filter((part) => part.type === 'text');
    if (texts.length < parts.length) throw wrongType(message.at('content'), 'text');
    this.messages.push({ role, parts: withCache(texts, message) });
  }

  private readUser(message: RequestFields): void {
    const name = message.text('name');
    const parts = decodeContent(message, this.unmodelled).filter(isUserPart);
    this.messages.push({ role: 'user', parts: withCache(parts, message), ...(name !== undefined && { name }) });
  }

  private readAssistant(message: RequestFields): void {
    const name = message.text('name');
    const steps = readReasoning(message);
    const content = decodeContent(message, this.unmodelled);
    const refusal = message.text('refusal') ?? '';
    const calls = this.callsOf(message, steps);
    const parts: AssistantPart[] = [
      ...reasoningParts(steps.filter((step) => step.type === 'text' || step.callId === undefined)),
      ...cited(signed(withCache(content, message), readThoughtSignature(message.get('extra_content'))), message),
    ];
    if (refusal !== '') parts.push({ type: 'refusal', text: refusal });
    append(parts, madeMedia(message));
    append(parts, calls);
    message.ignore(...ANSWER_FIELDS);
    this.messages.push({ role: 'assistant', parts, ...(name !== undefined && { name }) });
  }

  private callsOf(message: RequestFields, steps: readonly ReasoningStep[]): readonly ToolCallPart[] {
    const signatures = callSignatures(steps);
    const calls = message.objects('tool_calls').map((call) => decodeCall(call, this.unmodelled, signatures));
    const older = message.object('function_call');
    if (older) {
      this.olderCalls++;
      const id = olderCallId(this.olderCalls);
      calls.push({ type: 'tool-call', id, name: older.needText('name'), arguments: older.text('arguments') ?? '' });
    }
    for (const call of calls) this.calls.set(call.id, call);
    return calls;
  }

  private readResult(message: RequestFields, role: 'tool' | 'function'): void {
    const callId = role === 'tool' ? message.needText('tool_call_id') : olderCallId(this.olderCalls);
    const call = this.calls.get(callId);
    const name = message.text('name') ?? call?.name;
    const result: ToolResultPart = {
      type: 'tool-result',
      callId,
      ...(name !== undefined && { name }),
      parts: decodeContent(message, this.unmodelled).filter(isResultPart),
      ...(call?.custom && { custom: true }),
      ...cacheOf(message),
    };
    if (this.messages.at(-1)?.role === 'tool') {
      this.results.push(result);
      return;
    }
    this.results = [result];
    this.messages.push({ role: 'tool', results: this.results });
  }
}

function decodeCall(call: RequestFields, unmodelled: Unmodelled, signatures: CallSignatures): ToolCallPart {
  const id = call.needText('id');
  const isCustom = call.text('type') === 'custom' || isObject(call.raw['custom']);
  const called = call.needObject(isCustom ? 'custom' : 'function');
  const signature = readThoughtSignature(call.get('extra_content')) ?? signatures.get(id);
  const decoded: ToolCallPart = {
    type: 'tool-call',
    id,
    name: called.needText('name'),
    arguments: isCustom ? called.needText('input') : argumentsOf(called),
    ...(isCustom && { custom: true }),
    ...(signature && { signature }),
    ...cacheOf(call),
  };
  noteRest(call.ignore('index', 'extra_content', 'custom', 'function', 'provider_specific_fields'), unmodelled);
  return decoded;
}

/** Some clients send the arguments as an object, not as its JSON. */
function argumentsOf(called: RequestFields): string {
  const value = called.get('arguments');
  return isObject(value) ? JSON.stringify(value) : (called.text('arguments') ?? '');
}

/** By the ids of the calls. */
type CallSignatures = ReadonlyMap<string, Signature>;

/** Signatures of calls that stand beside the reasoning. */
function callSignatures(steps: readonly ReasoningStep[]): CallSignatures {
  const signatures = new Map<string, Signature>();
  for (const step of steps) {
    if (step.type !== 'signature' || step.callId === undefined || signatures.has(step.callId)) continue;
    signatures.set(step.callId, step.signature);
  }
  return signatures;
}

function signed(parts: readonly ContentPart[], signature: Signature | undefined): readonly ContentPart[] {
  const last = parts.findLastIndex(({ type }) => type === 'text');
  return signature ? replaced(parts, last, { signature }) : parts;
}

function cited(parts: readonly ContentPart[], message: RequestFields): readonly ContentPart[] {
  const citations = objectsIn(message.get('annotations')).flatMap((annotation) => readCitation(annotation) ?? []);
  const first = parts.findIndex(({ type }) => type === 'text');
  return citations.length === 0 ? parts : replaced(parts, first, { citations });
}

/** OpenRouter's `cache_control` of a whole message stands for its last part. */
function withCache<T extends ContentPart>(parts: readonly T[], message: RequestFields): readonly T[] {
  const { cache } = cacheOf(message);
  const last = parts.findLastIndex(({ type }) => type === 'text' || type === 'media');
  return cache ? replaced(parts, last, { cache }) : parts;
}

/** The parts with more said of the one at `index`, if there is one. */
function replaced<T extends ContentPart>(
  parts: readonly T[],
  index: number,
  more: Pick<TextPart, 'cache' | 'citations' | 'signature'>,
): readonly T[] {
  const part = parts[index];
  return part === undefined ? parts : parts.with(index, { ...part, ...more });
}

/** What an earlier answer held besides text: sound by its id, images. */
function madeMedia(message: RequestFields): readonly MediaPart[] {
  const id = message.object('audio')?.text('id');
  const media: MediaPart[] = [];
  if (id !== undefined) media.push({ type: 'media', kind: 'audio', source: { type: 'file', id } });
  for (const image of message.objects('images')) {
    const url = image.object('image_url')?.needText('url') ?? image.needText('url');
    media.push({ type: 'media', kind: 'image', ...readUrl(url) });
  }
  return media;
}

function olderCallId(ordinal: number): string {
  return `call_function_${ordinal}`;
}

function isUserPart(part: ContentPart): part is UserPart {
  return part.type === 'text' || part.type === 'media' || part.type === 'native';
}

function isResultPart(part: ContentPart): part is ToolResultPart['parts'][number] {
  return part.type === 'text' || part.type === 'media' || part.type === 'native';
}
