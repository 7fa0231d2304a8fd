import type { Citation, JsonObject, TokenLogprob } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asCount, asList, asNumber, asText, compact, Fields, isObject, objectsIn } from '../fields.js';

/** Reads `{ type: 'url_citation', url_citation: { url, title, start_index, end_index } }`; `undefined` for others. */
export function readCitation(value: JsonObject, unknown?: UnknownFields): Citation | undefined {
  if (value['type'] !== 'url_citation') return undefined;
  // Some vendors leave out the inner object.
  const inner = isObject(value['url_citation']) ? value['url_citation'] : value;
  const fields = new Fields(inner, 'annotations[].url_citation', unknown);
  const start = asCount(fields.get('start_index'));
  const end = asCount(fields.get('end_index'));
  const citation: Citation = compact({
    url: textOrNothing(fields.get('url')),
    title: textOrNothing(fields.get('title')),
    citedText: textOrNothing(fields.get('content')),
    // Vendors that do not know the place say 0 to 0.
    ...(start !== undefined && end !== undefined && end > start && { start, end }),
    native: { dialect: 'openai-chat', value },
  });
  fields.ignore('type').end();
  return citation;
}

/** Perplexity's and xAI's lists beside the choices: of addresses, and of what was found there. */
export function readSources(citations: unknown, results: unknown): readonly Citation[] {
  const found = objectsIn(results).flatMap((result): Citation[] => {
    const url = textOrNothing(result['url']);
    if (url === undefined) return [];
    return [compact({ url, title: textOrNothing(result['title']), citedText: textOrNothing(result['snippet']) })];
  });
  const known = new Set(found.map(({ url }) => url));
  const others = asList(citations).flatMap((item): Citation[] => {
    const url = textOrNothing(isObject(item) ? item['url'] : item);
    return url === undefined || known.has(url) ? [] : [{ url }];
  });
  return [...found, ...others];
}

/**
 * @param offset characters of the answer before the text that carries the citation
 * @returns `undefined` for a citation without an address, which this dialect has no form for
 */
export function writeCitation({ url, title, start, end, citedText }: Citation, offset: number): JsonObject | undefined {
  if (url === undefined) return undefined;
  return {
    type: 'url_citation',
    url_citation: compact({
      url,
      title: title ?? '',
      start_index: start === undefined ? 0 : start + offset,
      end_index: end === undefined ? 0 : end + offset,
      content: citedText,
    }),
  };
}

/** Reads `logprobs.content`; `undefined` where there is nothing. */
export function readLogprobs(value: unknown): readonly TokenLogprob[] | undefined {
  const tokens = objectsIn(value).flatMap((token): TokenLogprob[] => {
    const top = objectsIn(token['top_logprobs']).flatMap(readLogprob);
    const [read] = readLogprob(token);
    return read ? [{ ...read, ...(top.length > 0 && { top }) }] : [];
  });
  return tokens.length === 0 ? undefined : tokens;
}

function readLogprob(value: JsonObject): Omit<TokenLogprob, 'top'>[] {
  const token = asText(value['token']);
  const logprob = asNumber(value['logprob']);
  if (token === undefined || logprob === undefined) return [];
  const bytes = asList(value['bytes']).filter((byte) => typeof byte === 'number');
  return [{ token, logprob, ...(Array.isArray(value['bytes']) && { bytes }) }];
}

export function writeLogprobs(tokens: readonly TokenLogprob[]): JsonObject {
  const content = tokens.map((token) => ({
    ...writeLogprob(token),
    top_logprobs: (token.top ?? []).map(writeLogprob),
  }));
  return { content, refusal: null };
}

function writeLogprob({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>): JsonObject {
  return { token, logprob, bytes: bytes ?? null };
}

function textOrNothing(value: unknown): string | undefined {
  return asText(value) || undefined;
}
