import { applyEdits, type JsonEdit, type JsonMember, readMembers } from './json-members.js';

/**
 * The edits that put the vendor's name for the model wherever a server may read it: under a key that is there twice, or in
 * capitals, which servers written in Go take for the same.
 * @param members all of the body's
 */
export function modelEdits(body: Buffer, members: readonly JsonMember[], model: string): JsonEdit[] {
  const text = JSON.stringify(model);
  return members
    .filter(({ key, start, end }) => key.toLowerCase() === 'model' && body.toString('utf8', start, end) !== text)
    .map(({ start, end }) => ({ start, end, text }));
}

/**
 * The body with the vendor's name for the model, every other byte as it was.
 * @param body a valid JSON object
 */
export function withModel(body: Buffer, model: string): Buffer {
  return applyEdits(body, modelEdits(body, readMembers(body), model));
}
