import type {
  CacheMarker,
  Conversation,
  Effort,
  JsonObject,
  Message,
  ReasoningRequest,
  ResponseFormat,
} from '../conversation.js';
import { EFFORTS } from '../conversation.js';
import {
  type BlockReading,
  readAssistantContent,
  readTexts,
  readUserContent,
} from './anthropic-messages.blocks.decode.js';
import { ClientFields, invalid } from './anthropic-messages.client-fields.js';
import { readToolChoice, readTools } from './anthropic-messages.tools.decode.js';

/**
 * Reads a body of `POST /v1/messages`.
 * @see https://platform.claude.com/docs/en/api/messages
 * @throws GatewayError `invalid_request` for a field of a wrong type
 */
export function decodeRequest(
  body: JsonObject,
  asked: { readonly model: string; readonly stream: boolean },
): Conversation {
  const unmodelled = new Set<string>();
  const fields = new ClientFields(body, '', unmodelled);
  fields.ignore('model', 'stream');
  const read = readMessages(fields, { unmodelled, toolNames: new Map() });
  const cache = fields.cacheMarker();
  const marked = cache && withCacheMarker(read, cache);
  if (cache && !marked) unmodelled.add('cache_control');
  const conversation = {
    ...asked,
    messages: marked ?? read,
    tools: readTools(fields.list('tools'), unmodelled),
    ...readToolChoice(fields.inside('tool_choice')),
    ...readOutput(fields),
    maxOutputTokens: fields.number('max_tokens'),
    temperature: fields.number('temperature'),
    topP: fields.number('top_p'),
    topK: fields.number('top_k'),
    stop: fields.texts('stop_sequences'),
    user: fields.inside('metadata')?.text('user_id'),
    serviceTier: fields.text('service_tier'),
  };
  fields.end();
  return { ...conversation, unmodelled: [...unmodelled] };
}

function readMessages(fields: ClientFields, reading: BlockReading): Message[] {
  const system = readTexts(fields.get('system'), 'system', reading);
  const messages: Message[] = system.length > 0 ? [{ role: 'system', parts: system }] : [];
  const list = fields.list('messages');
  if (!list) throw invalid('messages', 'a list');
  list.forEach((value, index) => {
    const message = new ClientFields(value, `messages[${index}]`, reading.unmodelled);
    messages.push(...readMessage(message, reading));
    message.end();
  });
  return messages;
}

function readMessage(message: ClientFields, reading: BlockReading): Message[] {
  const role = message.requiredText('role');
  const content = message.get('content');
  const path = message.at('content');
  switch (role) {
    case 'user': {
      const { results, parts } = readUserContent(content, path, reading);
      const said: Message[] = parts.length > 0 || results.length === 0 ? [{ role, parts }] : [];
      return results.length > 0 ? [{ role: 'tool', results }, ...said] : said;
    }
    case 'assistant':
      return [{ role, parts: readAssistantContent(content, path, reading) }];
    case 'system': {
      const parts = readTexts(content, path, reading);
      return parts.length > 0 ? [{ role, parts }] : [];
    }
    default:
      throw invalid(message.at('role'), "'user', 'assistant' or 'system'");
  }
}

interface Output {
  readonly reasoning?: ReasoningRequest;
  readonly responseFormat?: ResponseFormat;
}

/** `thinking` and `output_config`, which share the effort; `output_format` is where the format stood in the beta. */
function readOutput(fields: ClientFields): Output {
  const config = fields.inside('output_config');
  const effort = config?.text('effort');
  if (config && effort !== undefined && !isEffort(effort)) {
    throw invalid(config.at('effort'), "'low', 'medium', 'high', 'xhigh' or 'max'");
  }
  const reasoning = readThinking(fields.inside('thinking'), isEffort(effort) ? effort : undefined);
  const format = config?.inside('format') ?? fields.inside('output_format');
  const schema = format?.object('schema');
  config?.end();
  format?.ignore('type').end();
  return { ...(reasoning && { reasoning }), ...(schema && { responseFormat: { type: 'json-schema', schema } }) };
}

function readThinking(thinking: ClientFields | undefined, effort: Effort | undefined): ReasoningRequest | undefined {
  const strength = effort && { effort };
  if (!thinking) return strength;
  const type = thinking.requiredText('type');
  const budgetTokens = thinking.number('budget_tokens');
  const display = thinking.text('display');
  thinking.end();
  const shown = display === undefined ? {} : { visible: display !== 'omitted' };
  switch (type) {
    case 'disabled':
      if (effort !== undefined) thinking.leaveOut('output_config.effort');
      return { effort: 'none' };
    case 'enabled':
      if (budgetTokens === undefined) throw invalid(thinking.at('budget_tokens'), 'a number');
      return { ...strength, budgetTokens, ...shown };
    case 'adaptive':
      return { ...strength, adaptive: true, ...shown };
    default:
      // Such as `between_tools`: as little as the model can.
      thinking.leaveOut(`thinking.${type}`);
      return strength;
  }
}

function isEffort(text: string | undefined): text is Effort {
  return EFFORTS.some((effort) => effort === text);
}

/** A marker for the whole request is one at its last part. */
function withCacheMarker(messages: readonly Message[], cache: CacheMarker): readonly Message[] | undefined {
  const last = messages.at(-1);
  if (last?.role === 'user') {
    const part = last.parts.at(-1);
    if (!part || part.type === 'native') return undefined;
    return [...messages.slice(0, -1), { ...last, parts: [...last.parts.slice(0, -1), { ...part, cache }] }];
  }
  if (last?.role === 'tool') {
    const result = last.results.at(-1);
    if (!result) return undefined;
    return [...messages.slice(0, -1), { ...last, results: [...last.results.slice(0, -1), { ...result, cache }] }];
  }
  return undefined;
}
