import type { Conversation, Message } from '../dialects/conversation.js';
import type { Needs, OpenQuestions } from '../routing/capabilities.js';
import type { TokenCounter } from '../usage/token-counter.js';
import type { CallerRequest } from './caller-request.js';

export const NO_NEEDS: Needs = { inputTokens: undefined, images: false, tools: false, jsonSchema: false };

/** What a request needs of a model, as far as that decides between its targets. Nothing of a body that cannot be read. */
export async function needsOf(caller: CallerRequest, questions: OpenQuestions, counter: TokenCounter): Promise<Needs> {
  const { bytes } = caller.asked;
  // Images are bytes that are no text, so that a body may have far more bytes than its prompt has tokens.
  const mayBeLong = questions.contextTokens !== undefined && bytes.length > questions.contextTokens;
  if (!mayBeLong && !questions.images && !questions.tools && !questions.jsonSchema) return NO_NEEDS;
  const conversation = conversationOf(caller);
  if (!conversation) return NO_NEEDS;
  return {
    inputTokens: mayBeLong ? await counter.count(caller.promptText()) : undefined,
    images: conversation.messages.some(hasImage),
    tools: (conversation.tools?.length ?? 0) > 0,
    jsonSchema: conversation.responseFormat?.type === 'json-schema',
  };
}

function conversationOf(caller: CallerRequest): Conversation | undefined {
  try {
    return caller.conversation;
  } catch {
    return undefined;
  }
}

function hasImage(message: Message): boolean {
  const parts = message.role === 'tool' ? message.results.flatMap((result) => result.parts) : message.parts;
  return [...parts].some((part) => part.type === 'media' && part.kind === 'image');
}
