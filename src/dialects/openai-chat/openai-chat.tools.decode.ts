import type { FunctionTool, JsonObject, Tool, ToolChoice } from '../conversation.js';
import { asObject, asText, compact, isObject, objectsIn } from '../fields.js';
import { valueIn } from '../table.js';
import { type RequestFields, wrongType } from './openai-chat.check.js';
import { cacheOf, noteRest, type Unmodelled } from './openai-chat.content.decode.js';

/** Reads `tools` and the older `functions`. */
export function decodeTools(body: RequestFields, unmodelled: Unmodelled): readonly Tool[] {
  const tools = body.objects('tools').map((tool) => decodeTool(tool, unmodelled));
  return [...tools, ...body.objects('functions').map((tool) => functionOf(tool, {}))];
}

function decodeTool(tool: RequestFields, unmodelled: Unmodelled): Tool {
  // Mistral's clients leave the type out.
  const type = tool.text('type') ?? 'function';
  if (type === 'function') {
    const decoded = functionOf(tool.needObject('function'), cacheOf(tool));
    noteRest(tool, unmodelled);
    return decoded;
  }
  if (type !== 'custom') return { type: 'native', dialect: 'openai-chat', kind: type, value: tool.raw };
  const custom = tool.needObject('custom');
  const description = custom.text('description');
  const format = flatFormat(custom.record('format'));
  return { type: 'custom', name: custom.needText('name'), ...compact({ description, format }) };
}

function functionOf(fields: RequestFields, cache: Pick<FunctionTool, 'cache'>): FunctionTool {
  const description = fields.text('description');
  const parameters = fields.record('parameters');
  const strict = fields.boolean('strict');
  return { type: 'function', name: fields.needText('name'), ...compact({ description, parameters, strict }), ...cache };
}

/** The Responses form of a grammar, one level less deep. Free text is what no format means. */
function flatFormat(format: JsonObject | undefined): JsonObject | undefined {
  if (format?.['type'] === 'text') return undefined;
  const grammar = format?.['grammar'];
  return isObject(grammar) ? { type: 'grammar', ...grammar } : format;
}

const CHOICES: Readonly<Record<string, ToolChoice>> = {
  auto: { type: 'auto' },
  none: { type: 'none' },
  required: { type: 'required' },
  any: { type: 'required' },
};

/** Reads `tool_choice` and the older `function_call`. A choice of a tool that only the vendor runs is unmodelled. */
export function decodeToolChoice(body: RequestFields, unmodelled: Unmodelled): ToolChoice | undefined {
  const older = body.get('function_call');
  const choice = body.get('tool_choice') ?? (isObject(older) ? { type: 'function', function: older } : older);
  if (choice === undefined) return undefined;
  const word = typeof choice === 'string' ? valueIn(CHOICES, choice) : undefined;
  if (word) return word;
  if (!isObject(choice)) throw wrongType('tool_choice', 'auto, none, required or an object');
  if (choice['type'] === 'allowed_tools') return allowed(choice, unmodelled);
  const name = nameOf(choice);
  if (name !== undefined) return { type: 'tool', name };
  unmodelled.add('tool_choice');
  return undefined;
}

function allowed(choice: JsonObject, unmodelled: Unmodelled): ToolChoice {
  const { mode, tools } = isObject(choice['allowed_tools']) ? choice['allowed_tools'] : choice;
  const names = objectsIn(tools).map(nameOf);
  const known = names.filter((name) => name !== undefined);
  if (known.length < names.length) unmodelled.add('tool_choice');
  return { type: 'allowed', names: known, required: mode === 'required' };
}

/** `{ type, function: { name } }`, or `{ type, name }` as Responses has it. */
function nameOf(choice: JsonObject): string | undefined {
  const { type } = choice;
  if (type !== undefined && type !== 'function' && type !== 'custom') return undefined;
  return asText(asObject(choice['function'] ?? choice['custom'])['name']) ?? asText(choice['name']);
}
