/** What the conversing vendor hears and says, whatever the language. */

/** What a request says, read out of its dialect. */
export interface Heard {
  readonly model: string;
  readonly stream: boolean;
  /** Every text of the user's. */
  readonly text: string;
  /** The tool to call, where tools are offered: the one that is forced, or else the first. */
  readonly tool?: string | undefined;
  readonly calls: readonly HeardCall[];
  readonly results: readonly HeardResult[];
  /** A JSON schema is asked for. */
  readonly wantsJson: boolean;
  readonly wantsReasoning: boolean;
  /** Media types. */
  readonly images: readonly string[];
  /** Reasoning is to come without what proves it. */
  readonly unsealed?: boolean;
  /** Whether the signature of the reasoning before a tool call has come back with it. */
  readonly signature: 'returned' | 'missing' | 'none due';
}

interface HeardCall {
  readonly id: string;
  readonly name: string;
}

interface HeardResult {
  readonly callId: string;
  readonly text: string;
}

/** What the vendor answers. */
export interface Answer {
  readonly reasoning: boolean;
  readonly calls: readonly Call[];
  readonly text: string;
}

export interface Call {
  /** From 0; each dialect makes an id of it. */
  readonly number: number;
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** Thrown for a request that a real vendor would refuse. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly code: string | null = null,
  ) {
    super(message);
  }
}

export const GREETING = 'Hello there, friend.';
export const THOUGHT = 'Let me think.';
export const PARIS = '{"city":"Paris"}';

/** Disjoint, each different from every sum of the others. `thinking` is output that the caller does not see. */
export const TOKENS = { input: 11, cached: 7, visible: 20, thinking: 5 };
export const PROMPT_TOKENS = TOKENS.input + TOKENS.cached;
export const OUTPUT_TOKENS = TOKENS.visible + TOKENS.thinking;

/** @throws Refusal for results that answer no call, and calls that are left without a result */
export function answerTo(heard: Heard): Answer {
  checkResults(heard);
  const { tool, results, wantsReasoning, wantsJson, images, text } = heard;
  const said = (text: string, calls: readonly Call[] = []) => ({ reasoning: wantsReasoning, text, calls });
  if (results.length > 0) {
    const outcome = ['It is 21 degrees.', ...results.map((result) => result.text)].join(' ');
    return wantsJson ? said(PARIS) : said(outcome);
  }
  if (tool !== undefined) {
    const cities = text.includes('Paris and Rome') ? ['Paris', 'Rome'] : ['Paris'];
    return said(
      '',
      cities.map((city, number) => ({ number, name: tool, arguments: JSON.stringify({ city }) })),
    );
  }
  if (wantsJson) return said(PARIS);
  if (images.length > 0) return said(images.map((type) => `I see an ${type}`).join(' and '));
  return said(GREETING);
}

function checkResults({ calls, results }: Heard): void {
  for (const { callId } of results) {
    if (!calls.some(({ id }) => id === callId)) throw new Refusal(`the result of ${callId} answers no call`);
  }
  for (const { id } of calls) {
    if (!results.some(({ callId }) => callId === id)) throw new Refusal(`the call ${id} has no result`);
  }
}

/** A text as it streams: word by word. */
export function pieces(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** Arguments as they stream: cut through names and values. */
export function argumentPieces(text: string): string[] {
  return text.match(/.{1,6}/g) ?? [];
}

/** Names with blanks between them. */
export function names(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** @throws Refusal for a field that the vendor does not know, as the strict ones answer */
export function refuseUnknown(body: object, known: ReadonlySet<string>, words: (field: string) => string): void {
  for (const field of Object.keys(body)) if (!known.has(field)) throw new Refusal(words(field));
}

/** The media type of a `data:` URL. */
export function mediaTypeOf(url: string): string {
  const mediaType = /^data:([\w/+.-]+);base64,[\w+/=]+$/.exec(url)?.[1];
  if (mediaType === undefined) throw new Refusal(`not the data of an image: ${url.slice(0, 40)}`);
  return mediaType;
}
