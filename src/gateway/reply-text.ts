import type { AssistantPart } from '../dialects/conversation.js';
import type { Reply } from '../dialects/reply.js';
import type { ReplyFacts } from '../dialects/reply-facts.js';

/** What the account needs of a decoded answer. */
export function factsOf({ model, usage, choices }: Reply): ReplyFacts {
  return {
    model,
    usage,
    finishReason: choices[0]?.finish?.native,
    written: () => {
      const text = choices.flatMap(({ parts }) => parts.flatMap(writtenIn)).join('\n');
      return { text, length: text.length };
    },
  };
}

function writtenIn(part: AssistantPart): string[] {
  if (part.type === 'tool-call') return [part.name, part.arguments];
  return part.type === 'media' || part.type === 'native' ? [] : [part.text];
}
