import type { Citation, JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asText, Fields } from '../fields.js';
import type { Losses } from '../losses.js';
import { UNSIGNED } from '../signature-envelope.js';
import { isOurs } from './anthropic-messages.signatures.js';

const WEB = 'web_search_result_location';
/** Places in a source, which only the conversation that holds the source can follow. */
const PLACES = [
  'document_index',
  'search_result_index',
  'file_id',
  'start_char_index',
  'end_char_index',
  'start_page_number',
  'end_page_number',
  'start_block_index',
  'end_block_index',
];

/** Reads one citation of a text block, in a request or an answer. */
export function readCitation(value: JsonObject, path: string, unknown?: UnknownFields): Citation {
  const fields = new Fields(value, path, unknown);
  const source = asText(fields.get('source'));
  const url = asText(fields.get('url')) ?? (source !== undefined && /^https?:/.test(source) ? source : undefined);
  const title = asText(fields.get('title')) ?? asText(fields.get('document_title'));
  const citedText = asText(fields.get('cited_text'));
  const madeHere = isOurs(fields.get('encrypted_index'));
  fields.ignore('type', ...PLACES).end();
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== undefined && citedText !== '' && { citedText }),
    ...(!madeHere && { native: { dialect: 'anthropic-messages', value } }),
  };
}

/** Citations for Anthropic itself, which takes back only its own. */
export function ownCitations(citations: readonly Citation[] | undefined, losses: Losses): JsonObject[] | undefined {
  const own = (citations ?? []).flatMap(({ native }) =>
    native?.dialect === 'anthropic-messages' ? [native.value] : [],
  );
  if (own.length < (citations?.length ?? 0)) losses.add('citations');
  return own.length > 0 ? own : undefined;
}

/** A citation for a client: a page on the web looks like a result of Anthropic's own search. */
export function citationFor({ native, url, title, citedText }: Citation): JsonObject | undefined {
  if (native?.dialect === 'anthropic-messages') return native.value;
  if (url === undefined) return undefined;
  return { type: WEB, url, title: title ?? null, cited_text: citedText ?? '', encrypted_index: UNSIGNED };
}
