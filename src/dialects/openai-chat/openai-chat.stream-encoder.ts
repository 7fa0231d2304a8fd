import type { JsonObject, Signature } from '../conversation.js';
import type { ReplyContext, StreamEncoder } from '../dialect.js';
import { compact, compactOrNothing } from '../fields.js';
import type { PartEvent, StreamEvent } from '../reply.js';
import { formatEvent } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { writeCitation, writeLogprobs } from './openai-chat.annotations.js';
import { writeFinish } from './openai-chat.finish.js';
import { writeMedia } from './openai-chat.media.encode.js';
import { reasoningDetails } from './openai-chat.reasoning.js';
import { replyId } from './openai-chat.reply.encode.js';
import { writeThoughtSignature } from './openai-chat.thought-signature.js';
import { writeUsage } from './openai-chat.usage.js';

export const DONE = 'data: [DONE]\n\n';

/** What one answer's deltas have said so far. */
interface Answer {
  /** The open part's kind, and its place among the tool calls where it is one. */
  open: 'text' | 'reasoning' | 'tool-call' | 'other';
  custom: boolean;
  calls: number;
  hasArguments: boolean;
  hasRefusal: boolean;
  /** Of the open reasoning: it stands beside its signature once more. */
  reasoning: string;
  details: number;
  /** Characters of the texts before the open one. */
  textBefore: number;
  text: number;
}

/** Writes a stream of chat completion chunks. */
export class ChatStreamEncoder implements StreamEncoder {
  private readonly answers = new Map<number, Answer>();
  private usage: TokenUsage | undefined;
  private head: JsonObject;

  constructor(private readonly context: ReplyContext) {
    this.head = this.headOf({});
  }

  write(event: StreamEvent): string {
    if ('part' in event) return this.writePart(event);
    switch (event.type) {
      case 'start':
        if (this.answers.size > 0) return '';
        this.head = this.headOf(event);
        return this.begin(0);
      case 'finish': {
        const begun = this.begin(event.choice);
        const reason = writeFinish(event.finish, this.answer(event.choice).hasRefusal);
        return begun + this.chunk(event.choice, {}, { finish_reason: reason });
      }
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'error':
      case 'done':
        break;
    }
    return '';
  }

  end(): { readonly closing: string; readonly terminal: string } {
    if (!this.context.conversation.includeUsage || !this.usage) return { closing: '', terminal: DONE };
    return { closing: formatEvent({ ...this.head, choices: [], usage: writeUsage(this.usage) }), terminal: DONE };
  }

  private writePart(event: PartEvent): string {
    const begun = this.begin(event.choice);
    const answer = this.answer(event.choice);
    const delta = this.deltaOf(event, answer);
    if (!delta) return begun;
    const logprobs = event.type === 'text' && event.logprobs ? { logprobs: writeLogprobs(event.logprobs) } : {};
    return begun + this.chunk(event.choice, delta, logprobs);
  }

  private deltaOf(event: PartEvent, answer: Answer): JsonObject | undefined {
    switch (event.type) {
      case 'text':
        answer.open = 'text';
        answer.text += event.text.length;
        return { content: event.text };
      case 'refusal':
        answer.open = 'other';
        answer.hasRefusal = true;
        return { refusal: event.text };
      case 'reasoning':
        answer.open = 'reasoning';
        answer.reasoning += event.text;
        return { reasoning_content: event.text };
      case 'signature':
        return signatureDelta(event.signature, answer);
      case 'citation':
        return this.citationDelta(event, answer);
      case 'tool-call':
        Object.assign(answer, { open: 'tool-call', custom: event.custom ?? false, hasArguments: false });
        answer.calls++;
        return callDelta(answer, { id: event.id, name: event.name, text: '' });
      case 'arguments':
        answer.hasArguments = true;
        return callDelta(answer, { text: event.text });
      case 'media':
        answer.open = 'other';
        return compactOrNothing(writeMedia([event.media], this.context));
      case 'native':
        this.context.losses.add(event.native.kind);
        return undefined;
      case 'part-end':
        break;
    }
    return endDelta(answer);
  }

  private citationDelta(
    { citation }: Extract<PartEvent, { type: 'citation' }>,
    answer: Answer,
  ): JsonObject | undefined {
    answer.open = 'text';
    const annotation = writeCitation(citation, answer.textBefore);
    if (!annotation) this.context.losses.add('citations');
    return annotation && { annotations: [annotation] };
  }

  /** The role comes first, and once. */
  private begin(choice: number): string {
    if (this.answers.has(choice)) return '';
    this.answers.set(choice, {
      open: 'other',
      custom: false,
      calls: 0,
      hasArguments: false,
      hasRefusal: false,
      reasoning: '',
      details: 0,
      textBefore: 0,
      text: 0,
    });
    return this.chunk(choice, { role: 'assistant', content: '', refusal: null });
  }

  private answer(choice: number): Answer {
    const answer = this.answers.get(choice);
    if (!answer) throw new Error(`answer ${choice} has not begun`);
    return answer;
  }

  private chunk(index: number, delta: JsonObject, fields: JsonObject = {}): string {
    const choice = { index, delta, logprobs: null, finish_reason: null, ...fields };
    const usage = this.context.conversation.includeUsage ? { usage: null } : {};
    return formatEvent({ ...this.head, choices: [choice], ...usage });
  }

  private headOf({ id, model, createdAt }: Partial<Extract<StreamEvent, { type: 'start' }>>): JsonObject {
    return {
      id: replyId(id, this.context),
      object: 'chat.completion.chunk',
      created: createdAt ?? this.context.createdAt,
      model: model ?? this.context.model,
    };
  }
}

function callDelta(answer: Answer, { id, name, text }: { id?: string; name?: string; text: string }): JsonObject {
  const called = compact(answer.custom ? { name, input: text } : { name, arguments: text });
  const type = answer.custom ? 'custom' : 'function';
  return {
    tool_calls: [compact({ index: answer.calls - 1, id, type: id === undefined ? undefined : type, [type]: called })],
  };
}

function signatureDelta(signature: Signature, answer: Answer): JsonObject {
  if (answer.open === 'tool-call') {
    const thought = writeThoughtSignature(signature);
    // Clients add up arguments without looking whether there are any.
    const called = answer.custom ? { custom: { input: '' } } : { function: { arguments: '' } };
    return { tool_calls: [{ index: answer.calls - 1, ...called, ...thought }] };
  }
  if (answer.open === 'text') return writeThoughtSignature(signature);
  const details = reasoningDetails({ type: 'reasoning', text: answer.reasoning, signature }, answer.details);
  answer.details += details.length;
  return { reasoning_details: details };
}

function endDelta(answer: Answer): JsonObject | undefined {
  const { open, custom, hasArguments } = answer;
  answer.open = 'other';
  answer.reasoning = '';
  answer.textBefore = answer.text;
  return open === 'tool-call' && !custom && !hasArguments ? callDelta(answer, { text: '{}' }) : undefined;
}
