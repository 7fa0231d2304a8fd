import { UpstreamError } from '../../errors/upstream-error.js';
import type { AssistantPart, JsonObject, Signature } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asNumber, asText, Fields, isObject, objectsIn } from '../fields.js';
import { replyWith } from '../json.js';
import type { Finish, Reply } from '../reply.js';
import { readError } from './openai-responses.error.js';
import { readGeneratedImage } from './openai-responses.image.js';
import { joinedName } from './openai-responses.names.js';
import { readOutputText } from './openai-responses.output-text.js';
import { readItemSignature, reasoningText } from './openai-responses.reasoning.js';
import { readUsage } from './openai-responses.usage.js';

/** Fields of a response that repeat the request, or that no other dialect has a place for. */
const ECHOES = [
  'object',
  'access_programs',
  'background',
  'billing',
  'completed_at',
  'content_filters',
  'conversation',
  'frequency_penalty',
  'image',
  'input_transformations',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'moderation',
  'output_text',
  'parallel_tool_calls',
  'presence_penalty',
  'previous_response_id',
  'prompt',
  'prompt_cache_diagnostics',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tool_usage',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
] as const;

/** The head of a response object, in a body or in an event. */
export function readHead(response: JsonObject): Pick<Reply, 'id' | 'model' | 'createdAt'> {
  return {
    id: asText(response['id']),
    model: asText(response['model']),
    createdAt: asNumber(response['created_at']),
  };
}

/** Reports the fields of a response object that have no meaning here. */
export function checkResponse(response: JsonObject, unknown: UnknownFields | undefined): void {
  new Fields(response, 'response', unknown)
    .ignore('id', 'model', 'created_at', 'status', 'error', 'incomplete_details', 'output', 'usage', ...ECHOES)
    .end();
}

/**
 * Reads a whole response.
 * @throws UpstreamError `invalid_reply` for another body, `status` for a response that failed or was cancelled
 */
export function decodeReply(body: unknown, unknown?: UnknownFields): Reply {
  if (isObject(body) && isObject(body['error']) && !Array.isArray(body['output'])) throw failure(body);
  const response = replyWith(body, 'output', 'a response object');
  if (response['status'] === 'failed' || response['status'] === 'cancelled') throw failure(response);
  checkResponse(response, unknown);
  const parts = objectsIn(response['output']).flatMap((item) => decodeItem(item, unknown));
  return {
    ...readHead(response),
    choices: [{ index: 0, parts, finish: finishOf(response, parts.some(isCall)) }],
    usage: readUsage(response['usage'], unknown),
  };
}

function failure(body: JsonObject): UpstreamError {
  const reported = readError(body);
  const status = reported?.status ?? 500;
  const words = reported?.message ?? `the response is ${asText(body['status']) ?? 'an error'}`;
  return new UpstreamError({ reason: 'status', status, body: Buffer.from(JSON.stringify(body)), reported }, words);
}

/** @returns `undefined` for a response that is still being made */
export function finishOf(response: JsonObject, hasCall: boolean): Finish | undefined {
  const { status, incomplete_details: details } = response;
  if (status === 'queued' || status === 'in_progress') return undefined;
  if (status !== 'incomplete') return { reason: hasCall ? 'tool-calls' : 'stop', native: 'completed' };
  const native = (isObject(details) ? asText(details['reason']) : undefined) ?? 'incomplete';
  if (native === 'max_output_tokens') return { reason: 'length', native };
  return { reason: native === 'content_filter' ? 'content-filter' : 'other', native };
}

function isCall(part: AssistantPart): boolean {
  return part.type === 'tool-call';
}

/** Reads one item of an output. A reasoning item that neither says nor hides anything is no part. */
export function decodeItem(item: JsonObject, unknown?: UnknownFields): readonly AssistantPart[] {
  const kind = asText(item['type']) ?? 'item';
  if (kind === 'message') return decodeMessage(item, unknown);
  if (kind === 'reasoning') return decodeReasoning(item, unknown);
  if (kind === 'function_call' || kind === 'custom_tool_call') return [decodeCall(item, unknown)];
  return [readGeneratedImage(item) ?? { type: 'native', dialect: 'openai-responses', kind, value: item }];
}

function decodeMessage(item: JsonObject, unknown?: UnknownFields): readonly AssistantPart[] {
  const fields = new Fields(item, 'message', unknown);
  const parts = objectsIn(fields.get('content')).map((content): AssistantPart => {
    const kind = asText(content['type']) ?? 'content';
    if (kind === 'output_text') return readOutputText(content, unknown);
    if (kind === 'refusal') return { type: 'refusal', text: asText(content['refusal']) ?? '' };
    return { type: 'native', dialect: 'openai-responses', kind, value: content };
  });
  fields.ignore('type', 'id', 'role', 'status', 'phase', 'created_by').end();
  return parts;
}

function decodeReasoning(item: JsonObject, unknown?: UnknownFields): readonly AssistantPart[] {
  new Fields(item, 'reasoning', unknown)
    .ignore('type', 'id', 'status', 'summary', 'content', 'encrypted_content', 'format', 'created_by')
    .end();
  const text = reasoningText(item);
  const signature = signatureOf(item);
  return text === '' && !signature ? [] : [{ type: 'reasoning', text, ...(signature && { signature }) }];
}

/** The signature of a reasoning item that comes from a vendor: nothing is carried there for other parts. */
export function signatureOf(item: JsonObject): Signature | undefined {
  const read = readItemSignature(asText(item['encrypted_content']), asText(item['id']));
  return read && 'to' in read ? read.signature : read;
}

function decodeCall(item: JsonObject, unknown?: UnknownFields): AssistantPart {
  const fields = new Fields(item, 'call', unknown);
  const isCustom = fields.get('type') === 'custom_tool_call';
  const call = callHead(item);
  const text = asText(fields.get(isCustom ? 'input' : 'arguments')) ?? '';
  fields
    .ignore('id', 'call_id', 'name', 'namespace', 'status', 'caller', 'async', 'created_by', 'parsed_arguments')
    .end();
  return { type: 'tool-call', ...call, arguments: text };
}

/** What a call's item tells from its beginning. Some servers leave out one of its two ids. */
export function callHead(item: JsonObject): { readonly id: string; readonly name: string; readonly custom?: true } {
  return {
    id: asText(item['call_id']) ?? asText(item['id']) ?? '',
    name: joinedName(asText(item['namespace']), asText(item['name']) ?? ''),
    ...(item['type'] === 'custom_tool_call' && { custom: true }),
  };
}
