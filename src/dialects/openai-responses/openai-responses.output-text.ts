import type { Citation, JsonObject, TextPart, TokenLogprob } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asNumber, asText, compact, Fields, objectsIn } from '../fields.js';
import type { Losses } from '../losses.js';

const DIALECT = 'openai-responses';

/** Reads one annotation of a text: of a page, or of a file that only the vendor has. */
export function readAnnotation(value: JsonObject): Citation {
  return {
    url: asText(value['url']),
    title: asText(value['title']) ?? asText(value['filename']),
    start: asNumber(value['start_index']),
    end: asNumber(value['end_index']),
    native: { dialect: DIALECT, value },
  };
}

/**
 * @param textLength of the text so far: what a citation without offsets stands for
 * @returns `undefined` for a source without an address, which OpenAI cannot name
 */
export function writeAnnotation(citation: Citation, textLength: number, losses: Losses): JsonObject | undefined {
  if (citation.native?.dialect === DIALECT) return citation.native.value;
  if (citation.url === undefined) {
    losses.add('citations');
    return undefined;
  }
  return {
    type: 'url_citation',
    url: citation.url,
    title: citation.title ?? '',
    start_index: citation.start ?? 0,
    end_index: citation.end ?? textLength,
  };
}

export function readLogprobs(value: unknown, unknown?: UnknownFields): readonly TokenLogprob[] | undefined {
  const found = objectsIn(value).map((item) => readLogprob(item, unknown));
  return found.length > 0 ? found : undefined;
}

function readLogprob(item: JsonObject, unknown: UnknownFields | undefined): TokenLogprob {
  const fields = new Fields(item, 'logprobs[]', unknown);
  const bytes = fields.get('bytes');
  const top = objectsIn(fields.get('top_logprobs')).map((other) => readLogprob(other, unknown));
  const logprob = {
    token: asText(fields.get('token')) ?? '',
    logprob: asNumber(fields.get('logprob')) ?? 0,
    ...(Array.isArray(bytes) && { bytes: bytes.filter((byte) => typeof byte === 'number') }),
    ...(top.length > 0 && { top }),
  };
  fields.end();
  return logprob;
}

export function writeLogprobs(logprobs: readonly TokenLogprob[] | undefined): readonly JsonObject[] {
  return (logprobs ?? []).map(({ token, logprob, bytes, top = [] }) => {
    const top_logprobs = top.map((other) => ({ token: other.token, bytes: bytesOf(other), logprob: other.logprob }));
    return { token, bytes: bytesOf({ token, bytes }), logprob, top_logprobs };
  });
}

/** OpenAI always tells the bytes; they follow from the token. */
function bytesOf({ token, bytes }: Pick<TokenLogprob, 'token' | 'bytes'>): readonly number[] {
  return bytes ?? [...Buffer.from(token)];
}

/** Reads an `output_text` content. */
export function readOutputText(value: JsonObject, unknown?: UnknownFields): TextPart {
  const fields = new Fields(value, 'output_text', unknown);
  const citations = objectsIn(fields.get('annotations')).map(readAnnotation);
  const logprobs = readLogprobs(fields.get('logprobs'), unknown);
  const text = asText(fields.get('text')) ?? '';
  fields.ignore('type', 'parsed').end();
  return { type: 'text', text, ...(citations.length > 0 && { citations }), ...(logprobs && { logprobs }) };
}

export function writeOutputText(part: TextPart, losses: Losses): JsonObject {
  const annotations = (part.citations ?? []).flatMap((citation) => {
    return writeAnnotation(citation, part.text.length, losses) ?? [];
  });
  return compact({ type: 'output_text', text: part.text, annotations, logprobs: writeLogprobs(part.logprobs) });
}
