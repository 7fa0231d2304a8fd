import { createHash } from 'node:crypto';

/**
 * The id of a tool call in a form that a vendor accepts. The same id always becomes the same text, so that a call and its
 * result still match.
 * @param allowed the vendor's pattern for the whole id
 * @param length of an id that has to be made anew: that many letters and digits
 */
export function acceptedCallId(id: string, allowed: RegExp, length: number): string {
  if (allowed.test(id)) return id;
  const digits = createHash('sha256').update(id).digest('hex');
  return digits.slice(0, length);
}
