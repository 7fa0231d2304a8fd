import { UpstreamError } from '../../errors/upstream-error.js';
import { collectReply } from '../collect-reply.js';
import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asText, Fields, objectsIn } from '../fields.js';
import { replyWith } from '../json.js';
import type { Reply, StreamEvent } from '../reply.js';
import { finishWords } from './ai-sdk.finish.js';
import { PartReader } from './ai-sdk.part-reader.js';
import { readReasoningDetails } from './ai-sdk.signature.js';

/**
 * Reads what `doGenerate` gives, as the stream that it might have been.
 * @throws UpstreamError `invalid_reply` when it is not an answer
 */
export function decodeReply(body: unknown, unknown?: UnknownFields): Reply {
  const reader = new PartReader(unknown);
  const events = partsOf(replyWith(body, 'content', 'an answer with content'), unknown).flatMap((part) =>
    reader.read(part),
  );
  const failure = events.find((event): event is Extract<StreamEvent, { type: 'error' }> => event.type === 'error');
  if (failure) throw new UpstreamError({ reason: 'invalid_reply' }, failure.error.message);
  return collectReply(events);
}

function partsOf(body: JsonObject, unknown: UnknownFields | undefined): JsonObject[] {
  const fields = new Fields(body, 'reply', unknown);
  const response = new Fields(fields.get('response'), 'response', unknown).ignore('headers', 'body');
  const [id, modelId, timestamp] = [response.get('id'), response.get('modelId'), response.get('timestamp')];
  response.end();
  const metadata = fields.get('providerMetadata');
  const content = sourcesAtText(withDetails(objectsIn(fields.get('content')), metadata)).flatMap(streamPartsOf);
  const { unified, raw } = finishWords(fields.get('finishReason'));
  const finish = {
    type: 'finish',
    // A whole body needs no word of the vendor's to be whole.
    finishReason: { unified, raw: raw ?? unified },
    usage: fields.get('usage'),
    providerMetadata: metadata,
  };
  fields.ignore('warnings', 'request', 'structuredOutputText').end();
  return [{ type: 'response-metadata', id, modelId, timestamp }, ...content, finish];
}

/** Puts OpenRouter's list of all reasoning, which stands beside the content, to the reasoning that is in it. */
function withDetails(content: readonly JsonObject[], metadata: unknown): readonly JsonObject[] {
  if (!readReasoningDetails(metadata)) return content;
  const at = content.findLastIndex(({ type }) => type === 'reasoning');
  if (at < 0) return [{ type: 'reasoning', text: '', providerMetadata: metadata }, ...content];
  return content.with(at, { ...content[at], providerMetadata: metadata });
}

/** Sources stand anywhere in an answer and belong to its text. */
function sourcesAtText(content: readonly JsonObject[]): readonly JsonObject[] {
  const isSource = ({ type }: JsonObject): boolean => type === 'source';
  const others = content.filter((part) => !isSource(part));
  const at = others.findLastIndex(({ type }) => type === 'text');
  return at < 0 ? content : [...others.slice(0, at), ...content.filter(isSource), ...others.slice(at)];
}

function streamPartsOf(part: JsonObject, index: number): JsonObject[] {
  const kind = asText(part['type']);
  if (kind !== 'text' && kind !== 'reasoning') return [part];
  const { text, type: _, ...rest } = part;
  const id = String(index);
  return [
    { type: `${kind}-start`, id },
    { type: `${kind}-delta`, id, delta: text },
    { ...rest, type: `${kind}-end`, id },
  ];
}
