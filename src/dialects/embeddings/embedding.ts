import type { TokenUsage } from '../token-usage.js';

/** A text, or the tokens of one. */
export type EmbeddingInput = string | readonly number[];

/** One request for vectors, in the form that every vendor's is made from. */
export interface EmbeddingRequest {
  readonly model: string;
  readonly inputs: readonly EmbeddingInput[];
  /** How long the vectors are to be. */
  readonly dimensions?: number | undefined;
  /** An id of the end user, for abuse detection. */
  readonly user?: string | undefined;
  /** Fields of the client's body that this form has no place for, by the names that the client used. */
  readonly unmodelled: readonly string[];
}

/** A vendor's vectors, one for each input, in their order. */
export interface EmbeddingReply {
  /** The vendor's exact name for the model. */
  readonly model?: string | undefined;
  readonly vectors: readonly (readonly number[])[];
  readonly usage?: TokenUsage | undefined;
}

export function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
