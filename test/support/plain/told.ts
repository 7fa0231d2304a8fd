/** What an answer tells its reader, in any wire format. Read without the gateway's own codecs, to judge them by. */
export interface Told {
  /** All that is shown of the answer, words of a refusal included. */
  readonly text: string;
  /** Without white space: dialects join its pieces in different ways. */
  readonly reasoning: string;
  readonly calls: readonly ToldCall[];
  /** What has to come back on the next turn, at whatever it stands. */
  readonly signatures: readonly ToldSignature[];
  /** In the dialect's own word. */
  readonly word: string | undefined;
  readonly ending: Ending | undefined;
  readonly tokens: ToldTokens | undefined;
}

export interface ToldSignature {
  /** `reasoning`, `text`, the call that carries it, or `native` for a part that only its own dialect has. */
  readonly at: string;
  readonly value: string;
  /** Of the reasoning, where OpenAI's models have one. */
  readonly id?: string | undefined;
}

export interface ToldCall {
  /** `undefined` where the dialect has none. */
  readonly id: string | undefined;
  readonly name: string;
  /** Parsed; the text itself where it is no JSON. */
  readonly arguments: unknown;
}

/** What every dialect can say of why an answer ended. */
export type Ending = 'end' | 'length' | 'tools' | 'filtered';

/** Totals: `input` includes what came from a cache, `output` what was thought. */
export interface ToldTokens {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

export function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function word(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** The texts of these values that are texts and not empty. */
export function strings(...values: readonly unknown[]): string[] {
  return values.map(string).filter((text) => text !== '');
}

/** The signatures among these values that are texts and not empty. */
export function signatures(at: string, ...values: readonly unknown[]): ToldSignature[] {
  return strings(...values).map((value) => ({ at, value }));
}

export function squeezed(texts: readonly string[]): string {
  return texts.join('').replaceAll(/\s/g, '');
}

export function parsed(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
