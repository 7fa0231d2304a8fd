import type { AssistantPart } from '../../src/dialects/conversation.js';
import type { Reply, StreamEvent } from '../../src/dialects/reply.js';

/** A stream that tells a whole answer, its texts and arguments in pieces of `size` characters. */
export function eventsOf(reply: Reply, size: number): readonly StreamEvent[] {
  const { id, model, createdAt, usage } = reply;
  const answers = reply.choices.flatMap((choice) => [
    ...choice.parts.flatMap((part, index) => eventsOfPart(part, { choice: choice.index, part: index }, size)),
    ...(choice.finish ? [{ type: 'finish', choice: choice.index, finish: choice.finish } as const] : []),
  ]);
  return [
    { type: 'start', id, model, createdAt },
    ...answers,
    ...(usage ? [{ type: 'usage', usage } as const] : []),
    { type: 'done' },
  ];
}

function eventsOfPart(
  part: AssistantPart,
  at: { readonly choice: number; readonly part: number },
  size: number,
): readonly StreamEvent[] {
  const signature =
    'signature' in part && part.signature ? [{ type: 'signature', ...at, signature: part.signature } as const] : [];
  switch (part.type) {
    case 'text': {
      const { logprobs } = part;
      const pieces = logprobs
        ? [{ type: 'text', ...at, text: part.text, logprobs } as const]
        : textEvents('text', part.text, at, size);
      const citations = (part.citations ?? []).map((citation): StreamEvent => {
        return { type: 'citation', choice: at.choice, part: at.part, citation };
      });
      return [...pieces, ...citations, ...signature];
    }
    case 'refusal':
    case 'reasoning':
      return [...textEvents(part.type, part.text, at, size), ...signature];
    case 'tool-call': {
      const { id, name, custom } = part;
      const begin = { type: 'tool-call', ...at, id, name, ...(custom && { custom }) } as const;
      return [begin, ...signature, ...textEvents('arguments', part.arguments, at, size)];
    }
    case 'media':
      return [{ type: 'media', ...at, media: part }];
    case 'native':
      break;
  }
  return [{ type: 'native', ...at, native: part }];
}

function textEvents<T extends 'text' | 'refusal' | 'reasoning' | 'arguments'>(
  type: T,
  text: string,
  at: { readonly choice: number; readonly part: number },
  size: number,
): readonly { readonly type: T; readonly choice: number; readonly part: number; readonly text: string }[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) => ({
    type,
    ...at,
    text: characters.slice(index * size, (index + 1) * size).join(''),
  }));
}
