const BYTES_EACH = Float32Array.BYTES_PER_ELEMENT;

/** A vector as OpenAI's `base64` encoding writes it: 32-bit floats, the lowest byte first. */
export function vectorToBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * BYTES_EACH);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * BYTES_EACH);
  return bytes.toString('base64');
}

/** @returns `undefined` where the text does not hold whole floats */
export function vectorFromBase64(text: string): number[] | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % BYTES_EACH !== 0) return undefined;
  return Array.from({ length: bytes.length / BYTES_EACH }, (_, index) => bytes.readFloatLE(index * BYTES_EACH));
}
