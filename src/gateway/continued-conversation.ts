import type { AssistantPart, Conversation, Message } from '../dialects/conversation.js';

/** How a model is asked to go on: it is given the text as its own, or told in words. */
export type Asking = 'prefill' | 'words';

/** For a model that cannot be given the beginning of its own message. */
const GO_ON =
  'Your last message was cut off while it was being sent. Continue it from exactly where it ends, in the middle of a ' +
  'word if need be. Write only what comes after it: no repetition, no apology, no introduction.';

/** Whether an answer to this can be continued at all: one text, of no form that a cut would break. */
export function canBeContinued({ responseFormat, choices, modalities }: Conversation): boolean {
  return !responseFormat && (choices ?? 1) === 1 && (modalities ?? ['text']).every((modality) => modality === 'text');
}

/**
 * The conversation that has a model go on with an answer of which the client has the beginning.
 * @param text what the client has; where it is empty, the same conversation is asked again
 * @param tokens how many the text has, roughly: they count towards the most that the answer may have
 */
export function continuedConversation(
  conversation: Conversation,
  text: string,
  tokens: number,
  asking: Asking,
): Conversation {
  // Anthropic refuses a message of the assistant that ends in space.
  const written = text.trimEnd();
  if (written === '') return conversation;
  const { maxOutputTokens } = conversation;
  return {
    ...conversation,
    messages: [...withWritten(conversation.messages, written), ...(asking === 'words' ? [goOn()] : [])],
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens: Math.max(1, maxOutputTokens - tokens) }),
  };
}

/** A client may have begun the answer itself. */
function withWritten(messages: readonly Message[], text: string): readonly Message[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return [...messages, { role: 'assistant', parts: [{ type: 'text', text }] }];
  return [...messages.slice(0, -1), { ...last, parts: withText(last.parts, text) }];
}

function withText(parts: readonly AssistantPart[], text: string): readonly AssistantPart[] {
  const last = parts.at(-1);
  if (last?.type !== 'text') return [...parts, { type: 'text', text }];
  return [...parts.slice(0, -1), { ...last, text: last.text + text }];
}

function goOn(): Message {
  return { role: 'user', parts: [{ type: 'text', text: GO_ON }] };
}
