import { Ajv, type ErrorObject } from 'ajv';
import { GatewayError } from '../errors/gateway-error.js';

const ROLES = ['developer', 'system', 'user', 'assistant', 'tool', 'function'];

const content = {
  anyOf: [
    { type: 'string' },
    { type: 'array', items: { type: 'object', required: ['type'], properties: { type: { type: 'string' } } } },
  ],
};

/** The parts of a message that every vendor of the dialect agrees on; what they add passes. */
const schema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role'],
    properties: {
      role: { type: 'string', enum: ROLES },
      content: { anyOf: [content, { type: 'null' }] },
      tool_calls: { anyOf: [{ type: 'array', items: { type: 'object' } }, { type: 'null' }] },
      tool_call_id: { type: ['string', 'null'] },
    },
    if: { properties: { role: { enum: ['developer', 'system', 'user', 'tool'] } } },
    then: { required: ['content'], properties: { content } },
  },
};

const validate = new Ajv({ allErrors: false, strict: false, verbose: false }).compile(schema);

/**
 * Checks the messages of a chat completion request in one compiled pass.
 * @throws GatewayError `invalid_request` whose `param` is the path of the first fault, such as `messages[2].role`
 */
export function checkMessages(messages: unknown): void {
  if (validate(messages)) return;
  // Of a failed alternative, the last error is the one about the value as a whole.
  const fault = validate.errors?.findLast(({ keyword }) => keyword !== 'if') ?? validate.errors?.[0];
  const param = fault ? paramOf(fault) : 'messages';
  throw new GatewayError('invalid_request', `'${param}' ${fault ? explain(fault) : 'is not valid'}.`, { param });
}

function paramOf({ instancePath, keyword, params }: ErrorObject): string {
  const path = instancePath.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.');
  const missing = keyword === 'required' ? `.${String(params['missingProperty'])}` : '';
  return `messages${path}${missing}`;
}

function explain({ keyword, params, instancePath }: ErrorObject): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'enum') return `must be one of ${ROLES.join(', ')}`;
  if (keyword === 'type') return `must be of type ${String(params['type'])}`;
  if (instancePath.endsWith('/content')) return 'must be a string or an array of parts, each with a type';
  return 'has the wrong type';
}
