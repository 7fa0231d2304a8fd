import type { Citation } from '../conversation.js';
import { type UnknownFields } from '../dialect.js';
import { Fields, asObject, asText, isObject, objectsIn } from '../fields.js';

/**
 * One citation, whole or as a stream tells it. Its location counts in the source, not in the answer, so that only the
 * native form has it.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html
 */
export function readCitation(value: unknown, unknown: UnknownFields | undefined): Citation {
  const fields = new Fields(value, 'citation', unknown);
  const title = asText(fields.get('title'));
  const source = asText(fields.get('source'));
  const location = asObject(fields.get('location'));
  const citedText = objectsIn(fields.get('sourceContent'))
    .map(({ text }) => asText(text) ?? '')
    .join('');
  fields.end();
  const url = asText(asObject(location.web).url) ?? (source?.startsWith('http') ? source : undefined);
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== '' && { citedText }),
    ...(isObject(value) && { native: { dialect: 'bedrock-converse', value } }),
  };
}
