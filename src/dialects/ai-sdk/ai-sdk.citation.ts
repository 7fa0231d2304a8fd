import type { Citation } from '../conversation.js';
import { asObject, asNumber, asText, compact, objectsIn } from '../fields.js';

/** A `source` part. OpenRouter and Anthropic place the passage and its offsets in the metadata. */
export function citationOfSource(source: unknown): Citation {
  const fields = asObject(source);
  const [details = {}] = Object.values(asObject(fields['providerMetadata'])).map(asObject);
  const end = asNumber(details['endIndex']);
  const citation: Citation = {
    url: asText(fields['url']),
    title: asText(fields['title']) || asText(fields['filename']) || undefined,
    citedText: asText(details['citedText']) || asText(details['content']) || undefined,
    // Without offsets OpenRouter's package writes 0 for both.
    ...(end && { start: asNumber(details['startIndex']), end }),
  };
  return compact(citation);
}

/** The `citations` of a text: V4 only. */
export function readCitations(citations: unknown): Citation[] {
  return objectsIn(citations).map((citation) => {
    const place: Citation = {
      start: asNumber(citation['startIndex']),
      end: asNumber(citation['endIndex']),
      citedText: asText(citation['citedText']),
    };
    return Object.assign(citationOfSource(citation['source']), compact(place));
  });
}
