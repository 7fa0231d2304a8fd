import { sampleArguments } from './sample-arguments.js';

/** The parts of a chat completion request that the echo looks at. */
export interface EchoRequest {
  readonly messages: readonly EchoMessage[];
  readonly n?: number | null;
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly tools?: readonly { readonly function?: EchoTool }[] | null;
  readonly tool_choice?: string | { readonly function?: { readonly name?: string } } | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

interface EchoMessage {
  readonly role: string;
  readonly content?: string | readonly { readonly text?: string }[] | null;
}

interface EchoTool {
  readonly name: string;
  readonly parameters?: unknown;
}

export interface EchoAnswer {
  /** The answer's tokens, in order; joined they are the text. Empty when a tool is called. */
  readonly words: readonly string[];
  readonly toolCall: { readonly name: string; readonly arguments: string } | undefined;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  /** How many times the answer is given. */
  readonly choices: number;
  readonly promptTokens: number;
  /** For one choice. */
  readonly completionTokens: number;
}

/** All choices together; an echo must not be a way to fill the memory. */
const MAX_ANSWER_CHARACTERS = 4_000_000;

/** A word with the space before it: what the echo counts as one token. */
const WORD = /\s*\S+|\s+$/g;

/**
 * Answers with the last user message, cut at `max_completion_tokens`, or with a call of the tool asked for. Where the
 * assistant has said the beginning of it already, it says the rest.
 */
export function simulateAnswer(request: EchoRequest): EchoAnswer {
  const promptTokens = request.messages.reduce((sum, message) => sum + countWords(textOf(message)), 0);
  const last = request.messages.findLast(({ role }) => role === 'user') ?? request.messages.at(-1);
  const choices = request.n ?? 1;
  const said = withoutPrefill(last ? textOf(last) : '', request.messages.at(-1)).slice(
    0,
    MAX_ANSWER_CHARACTERS / choices,
  );

  const tool = requestedTool(request);
  if (tool && request.messages.at(-1)?.role !== 'tool') {
    const sample = JSON.stringify(sampleArguments(tool.parameters, said));
    const fits = (sample.length + tool.name.length) * choices <= MAX_ANSWER_CHARACTERS;
    const toolCall = { name: tool.name, arguments: fits ? sample : '{}' };
    const completionTokens = countWords(toolCall.arguments);
    return { words: [], toolCall, finishReason: 'tool_calls', choices, promptTokens, completionTokens };
  }

  const all = wordsOf(said);
  const words = all.slice(0, request.max_completion_tokens ?? request.max_tokens ?? all.length);
  const finishReason = words.length < all.length ? 'length' : 'stop';
  return { words, toolCall: undefined, finishReason, choices, promptTokens, completionTokens: words.length };
}

/** A message of the assistant at the end is the beginning of this answer. */
function withoutPrefill(said: string, last: EchoMessage | undefined): string {
  const written = last?.role === 'assistant' ? textOf(last) : '';
  return said.startsWith(written) ? said.slice(written.length) : said;
}

function requestedTool({ tools, tool_choice: choice }: EchoRequest): EchoTool | undefined {
  const functions = (tools ?? []).flatMap((tool) => (typeof tool.function?.name === 'string' ? tool.function : []));
  if (choice === 'required') return functions[0];
  if (typeof choice !== 'object' || choice === null) return undefined;
  return functions.find(({ name }) => name === choice.function?.name);
}

function textOf({ content }: EchoMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join(' ');
}

export function countWords(text: string): number {
  let words = 0;
  for (const _ of text.matchAll(WORD)) words++;
  return words;
}

function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}
