import { applyEdits, readMembers } from '../json-members.js';
import { modelEdits } from '../model-name.js';

/**
 * A message, or the event that begins the stream of one, with another name for the model; every other byte stays.
 * @param bytes a JSON object, or one server-sent event that holds one
 */
export function withReplyModel(bytes: Buffer, model: string): Buffer {
  const members = readMembers(bytes);
  const message = members.find(({ key }) => key === 'message');
  const named = message ? readMembers(bytes, message.start) : members;
  return applyEdits(bytes, modelEdits(bytes, named, model));
}
