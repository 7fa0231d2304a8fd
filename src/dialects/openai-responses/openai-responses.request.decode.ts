import type { Conversation, JsonObject, ReasoningRequest, ResponseFormat, Tool } from '../conversation.js';
import { EFFORTS } from '../conversation.js';
import { Fields } from '../fields.js';
import { invalid, optional, required } from './openai-responses.check.js';
import { decodeInput } from './openai-responses.input.decode.js';
import { decodeToolChoice, decodeTools } from './openai-responses.tools.decode.js';

/** Fields that name what only the provider that made it has. */
const STORED = {
  previous_response_id: 'a response',
  conversation: 'a conversation',
  prompt: 'a prompt template',
} as const;

/**
 * Reads a client's request for a vendor of another dialect. `store` is consumed: nothing is stored here either way.
 * @throws GatewayError `invalid_request`
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export function decodeRequest(
  body: JsonObject,
  asked: { readonly model: string; readonly stream: boolean },
): Conversation {
  const fields = new Fields(body, 'body', undefined).ignore('model', 'stream', 'stream_options', 'store');
  const unmodelled = new Set<string>();
  refuseStored(fields, asked.stream, unmodelled);
  const { messages, tools: later } = decodeInput(fields.get('instructions'), fields.get('input'), unmodelled);
  const tools = distinct([...decodeTools(fields.get('tools'), 'tools', unmodelled), ...later]);
  const conversation = {
    model: asked.model,
    stream: asked.stream,
    messages,
    tools: tools.length > 0 ? tools : undefined,
    toolChoice: decodeToolChoice(fields.get('tool_choice'), tools, unmodelled),
    parallelToolCalls: optional.boolean(fields.get('parallel_tool_calls'), 'parallel_tool_calls'),
    reasoning: decodeReasoning(fields.get('reasoning'), unmodelled),
    maxOutputTokens: optional.count(fields.get('max_output_tokens'), 'max_output_tokens'),
    temperature: optional.number(fields.get('temperature'), 'temperature'),
    topP: optional.number(fields.get('top_p'), 'top_p'),
    logprobs: decodeLogprobs(fields, unmodelled),
    user: decodeUser(fields, unmodelled),
    metadata: optional.object(fields.get('metadata'), 'metadata'),
    promptCacheKey: optional.text(fields.get('prompt_cache_key'), 'prompt_cache_key'),
    serviceTier: optional.text(fields.get('service_tier'), 'service_tier'),
    ...decodeText(fields.get('text'), unmodelled),
  };
  if (fields.get('truncation') === 'auto') unmodelled.add('truncation');
  for (const field of fields.rest()) unmodelled.add(field);
  return { ...conversation, unmodelled: [...unmodelled] };
}

function refuseStored(fields: Fields, stream: boolean, unmodelled: Set<string>): void {
  for (const [field, what] of Object.entries(STORED)) {
    const value = fields.get(field);
    if (value === undefined || value === null) continue;
    throw invalid(
      `\`${field}\` names ${what} that only the provider that made it has, and this request goes to another one. ` +
        'Send the whole conversation in `input`.',
      field,
    );
  }
  if (optional.boolean(fields.get('background'), 'background') !== true) return;
  // A stream brings the whole answer, so nothing is left to be fetched.
  if (stream) unmodelled.add('background');
  else throw invalid('`background` needs a provider that keeps the answer to be fetched later.', 'background');
}

function decodeReasoning(value: unknown, unmodelled: Set<string>): ReasoningRequest | undefined {
  const reasoning = optional.object(value, 'reasoning');
  if (!reasoning) return undefined;
  const fields = new Fields(reasoning, 'reasoning', undefined);
  const word = optional.text(fields.get('effort'), 'reasoning.effort');
  const effort = EFFORTS.find((known) => known === word);
  if (word !== undefined && effort === undefined) unmodelled.add('reasoning.effort');
  const summary =
    optional.text(fields.get('summary'), 'reasoning.summary') ??
    optional.text(fields.get('generate_summary'), 'reasoning.generate_summary');
  fields.ignore('generate_summary');
  // Defaults that ask for nothing.
  if (reasoning['context'] === 'auto') fields.ignore('context');
  if (reasoning['mode'] === 'standard') fields.ignore('mode');
  for (const field of fields.rest()) unmodelled.add(`reasoning.${field}`);
  if (effort === undefined && summary === undefined) return undefined;
  return { effort, visible: summary === undefined ? undefined : summary !== 'none' };
}

function decodeLogprobs(fields: Fields, unmodelled: Set<string>): Conversation['logprobs'] {
  const top = optional.count(fields.get('top_logprobs'), 'top_logprobs');
  let asked = top !== undefined && top > 0;
  for (const included of optional.list(fields.get('include'), 'include') ?? []) {
    if (included === 'message.output_text.logprobs') asked = true;
    else if (included !== 'reasoning.encrypted_content') unmodelled.add('include');
  }
  if (!asked) return undefined;
  return top === undefined ? {} : { top };
}

/** `safety_identifier` is the newer name; where both are there it counts. */
function decodeUser(fields: Fields, unmodelled: Set<string>): string | undefined {
  const user = optional.text(fields.get('user'), 'user');
  const identifier = optional.text(fields.get('safety_identifier'), 'safety_identifier');
  if (user !== undefined && identifier !== undefined && user !== identifier) unmodelled.add('user');
  return identifier ?? user;
}

function decodeText(value: unknown, unmodelled: Set<string>): Pick<Conversation, 'responseFormat' | 'verbosity'> {
  const text = optional.object(value, 'text');
  if (!text) return {};
  const fields = new Fields(text, 'text', undefined);
  const verbosity = optional.text(fields.get('verbosity'), 'text.verbosity');
  const responseFormat = decodeFormat(optional.object(fields.get('format'), 'text.format'));
  for (const field of fields.rest()) unmodelled.add(`text.${field}`);
  return { responseFormat, verbosity };
}

function decodeFormat(format: JsonObject | undefined): ResponseFormat | undefined {
  if (!format) return undefined;
  const type = required.text(format['type'], 'text.format.type');
  if (type === 'text') return undefined;
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') {
    throw invalid('`text.format.type` must be text, json_object or json_schema.', 'text.format.type');
  }
  return {
    type: 'json-schema',
    schema: required.object(format['schema'], 'text.format.schema'),
    name: optional.text(format['name'], 'text.format.name'),
    description: optional.text(format['description'], 'text.format.description'),
    strict: optional.boolean(format['strict'], 'text.format.strict'),
  };
}

/** A tool that was searched for, or added later, is often declared as well. */
function distinct(tools: readonly Tool[]): readonly Tool[] {
  const names = new Set<string>();
  return tools.filter((tool) => {
    if (tool.type === 'native') return true;
    const isNew = !names.has(tool.name);
    names.add(tool.name);
    return isNew;
  });
}
