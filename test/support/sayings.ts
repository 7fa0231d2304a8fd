import type { Turn } from './faulty-call.js';
import type { Saying } from './tongues/tongue.js';

/** How a vendor goes on with a text that was begun; `another answer` begins alike and goes another way. */
export type GoingOn = 'the rest' | 'all again' | 'last words again' | 'another answer';

interface ToolCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

export interface Telling {
  readonly goesOn?: GoingOn;
  /** Between two words. */
  readonly gapMs?: number;
  /** Says nothing and calls a tool. */
  readonly calls?: ToolCall;
  readonly withoutUsage?: boolean;
}

/** How many words a vendor says again that repeats the last ones. */
const REPEATED_WORDS = 3;
const TOKENS_OF_MESSAGE = 10;

const CONTINUATIONS: Readonly<Record<GoingOn, (text: string, written: string) => string>> = {
  'the rest': (text, written) => text.slice(written.length),
  'all again': (text) => text,
  'last words again': (text, written) => text.slice(piecesOf(written).slice(0, -REPEATED_WORDS).join('').length),
  'another answer': (_, written) => `${written.slice(0, -4)} or rather not, since nobody has asked for any of this.`,
};

/** What a model says to a request, and what it counts for it. */
export function sayingOf({ call, text }: Turn, { goesOn = 'the rest', calls, withoutUsage }: Telling = {}): Saying {
  const written = writtenBefore(call.messages, text);
  const said = written === '' ? text : CONTINUATIONS[goesOn](text, written);
  const pieces = piecesOf(calls?.arguments ?? said);
  call.tokens = { input: call.messages.length * TOKENS_OF_MESSAGE, output: pieces.length };
  const tokens = withoutUsage || (call.isStream && !call.wantsUsage) ? undefined : call.tokens;
  const id = call.dialect === 'openai-chat' ? `chatcmpl-${call.model}` : `msg_${call.model}`;
  return { id, model: call.model, pieces, tool: calls?.name, tokens };
}

/** Words with the space that follows them, so that a text which breaks off ends in white space. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? [];
}

/** How much of the text the assistant has said already, as the conversation tells it. */
function writtenBefore(messages: Turn['call']['messages'], text: string): string {
  const last = messages.findLast(({ role }) => role === 'assistant')?.text ?? '';
  return text.startsWith(last) ? last : '';
}
