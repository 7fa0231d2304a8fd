import type { FaultyCall } from './faulty-call.js';
import type { Place } from './fault-place.js';
import { piecesOf } from './sayings.js';

/** How a vendor was asked to go on with an answer. */
export interface ContinuingRequest {
  /** `prefill`: the conversation ends with the assistant's words. `words`: the user then asks for more. */
  readonly by: 'prefill' | 'words' | 'neither';
  /** What of the answer it was shown, without the white space at its end. */
  readonly written: string | undefined;
  /** What was asked in the first place. */
  readonly question: string | undefined;
}

export function continuingRequestOf({ messages }: FaultyCall): ContinuingRequest {
  const [before, last] = messages.slice(-2);
  const question = messages[0]?.text;
  if (last?.role === 'assistant') return { by: 'prefill', written: last.text.trimEnd(), question };
  if (before?.role !== 'assistant') return { by: 'neither', written: undefined, question };
  return {
    by: /continu|go on|carry on/i.test(last?.text ?? '') ? 'words' : 'neither',
    written: before.text.trimEnd(),
    question,
  };
}

/** The first words of a place's text. */
export function beginningOf({ text }: Place, words: number): string {
  return piecesOf(text).slice(0, words).join('');
}
