import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { GatewayError } from '../errors/gateway-error.js';

/** A compiled check of one dialect's list of messages. */
interface MessageRules {
  readonly field: string;
  readonly roles: readonly string[];
  readonly validate: ValidateFunction;
}

const ajv = new Ajv({ allErrors: false, strict: false, verbose: false });
const CHAT_ROLES = ['developer', 'system', 'user', 'assistant', 'tool', 'function'];
/** Anthropic's two, and `system` in the middle of a conversation, which its newer clients send. */
const ANTHROPIC_ROLES = ['user', 'assistant', 'system'];

const content = {
  anyOf: [
    { type: 'string' },
    { type: 'array', items: { type: 'object', required: ['type'], properties: { type: { type: 'string' } } } },
  ],
};

/** The parts of a message that every vendor of the dialect agrees on; what they add passes. */
const chatSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role'],
    properties: {
      role: { type: 'string', enum: CHAT_ROLES },
      content: { anyOf: [content, { type: 'null' }] },
      tool_calls: { anyOf: [{ type: 'array', items: { type: 'object' } }, { type: 'null' }] },
      tool_call_id: { type: ['string', 'null'] },
    },
    if: { properties: { role: { enum: ['developer', 'system', 'user', 'tool'] } } },
    then: { required: ['content'], properties: { content } },
  },
};

const anthropicSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'content'],
    properties: { role: { type: 'string', enum: ANTHROPIC_ROLES }, content },
  },
};

const chat: MessageRules = { field: 'messages', roles: CHAT_ROLES, validate: ajv.compile(chatSchema) };
const anthropic: MessageRules = { field: 'messages', roles: ANTHROPIC_ROLES, validate: ajv.compile(anthropicSchema) };

/**
 * Checks the messages of a chat completion request in one compiled pass.
 * @throws GatewayError `invalid_request` whose `param` is the path of the first fault, such as `messages[2].role`
 */
export function checkMessages(messages: unknown): void {
  check(chat, messages);
}

/** The same for Anthropic's messages. */
export function checkAnthropicMessages(messages: unknown): void {
  check(anthropic, messages);
}

function check({ field, roles, validate }: MessageRules, messages: unknown): void {
  if (validate(messages)) return;
  // Of a failed alternative, the last error is the one about the value as a whole.
  const fault = validate.errors?.findLast(({ keyword }) => keyword !== 'if') ?? validate.errors?.[0];
  const param = fault ? paramOf(field, fault) : field;
  throw new GatewayError('invalid_request', `'${param}' ${fault ? explain(fault, roles) : 'is not valid'}.`, { param });
}

function paramOf(field: string, { instancePath, keyword, params }: ErrorObject): string {
  const path = instancePath.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.');
  const missing = keyword === 'required' ? `.${String(params['missingProperty'])}` : '';
  return `${field}${path}${missing}`;
}

function explain({ keyword, params, instancePath }: ErrorObject, roles: readonly string[]): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'enum') return `must be one of ${roles.join(', ')}`;
  if (keyword === 'type') return `must be of type ${String(params['type'])}`;
  if (instancePath.endsWith('/content')) return 'must be a string or an array of parts, each with a type';
  return 'has the wrong type';
}
