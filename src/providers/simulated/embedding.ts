import { createHash } from 'node:crypto';
import { vectorToBase64 } from '../../dialects/embeddings/base64-vector.js';
import { countWords } from './echo.js';

/** The parts of an embeddings request that are looked at. Nobody has checked them before. */
interface EmbeddingRequest {
  readonly input?: unknown;
  readonly dimensions?: unknown;
  readonly encoding_format?: unknown;
}

const DEFAULT_DIMENSIONS = 256;
const MAX_DIMENSIONS = 4_096;
/** All vectors of an answer together; it must not be a way to fill the memory. */
const MAX_NUMBERS = 1_048_576;

/** A request that the simulated vendor does not take. */
export class BadEmbeddingRequest extends Error {
  constructor(
    readonly param: string,
    message: string,
  ) {
    super(message);
    this.name = 'BadEmbeddingRequest';
  }
}

/**
 * An answer whose vectors say nothing of a text's meaning: the same text has the same one everywhere, another text
 * another one.
 * @throws BadEmbeddingRequest
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
export function embeddings(model: string, request: EmbeddingRequest): string {
  const inputs = inputsOf(request.input);
  const dimensions = dimensionsOf(request.dimensions);
  if (inputs.length * dimensions > MAX_NUMBERS) {
    throw new BadEmbeddingRequest('input', `The answer would have more than ${MAX_NUMBERS} numbers.`);
  }
  const asBase64 = request.encoding_format === 'base64';
  const data = inputs.map((input, index) => {
    const vector = unitVector(input, dimensions);
    return { object: 'embedding', index, embedding: asBase64 ? vectorToBase64(vector) : vector };
  });
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  return JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}

/** A text, or a text as numbers of tokens. */
type Input = string | readonly number[];

function inputsOf(input: unknown): readonly Input[] {
  if (isInput(input)) return [input];
  if (Array.isArray(input) && input.length > 0 && input.every(isInput)) return input;
  throw new BadEmbeddingRequest('input', 'The input must be a text, a list of token numbers, or a list of such.');
}

function isInput(value: unknown): value is Input {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.length > 0 && value.every((item) => Number.isSafeInteger(item));
}

function dimensionsOf(dimensions: unknown): number {
  const count = dimensions ?? DEFAULT_DIMENSIONS;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= MAX_DIMENSIONS) return count;
  throw new BadEmbeddingRequest('dimensions', `The dimensions must be a whole number from 1 to ${MAX_DIMENSIONS}.`);
}

/** Fewer dimensions are the beginning of more, made one long again, as OpenAI's are. */
function unitVector(input: Input, dimensions: number): number[] {
  const bytes = createHash('shake256', { outputLength: dimensions * 4 })
    .update(JSON.stringify(input))
    .digest();
  // Odd numbers, of which none is 0: that vector would have no length.
  const numbers = Array.from({ length: dimensions }, (_, at) => bytes.readInt32LE(at * 4) | 1);
  const length = Math.hypot(...numbers);
  return numbers.map((number) => Math.fround(number / length));
}

function countTokens(input: Input): number {
  return typeof input === 'string' ? countWords(input) : input.length;
}
