import type { CustomTool, FunctionTool, JsonObject, Tool, ToolChoice } from '../conversation.js';
import { asText, Fields, objectsIn } from '../fields.js';
import { invalid, objectList, optional, required } from './openai-responses.check.js';
import { joinedName } from './openai-responses.names.js';

type Named = FunctionTool | CustomTool;

interface Group {
  readonly name: string;
  readonly description: string | undefined;
}

/**
 * Reads a request's tools. A namespace of functions becomes functions under joined names, which any vendor can offer; a
 * deferred tool is offered from the start, since the search that would load it is the vendor's own.
 */
export function decodeTools(value: unknown, path: string, unmodelled: Set<string>): readonly Tool[] {
  return objectList(value, path).flatMap((tool, index) => decodeTool(tool, `${path}[${index}]`, unmodelled));
}

function decodeTool(tool: JsonObject, path: string, unmodelled: Set<string>): readonly Tool[] {
  const kind = required.text(tool['type'], `${path}.type`);
  if (kind === 'function' || kind === 'custom') return [decodeNamed(tool, path, unmodelled)];
  if (kind === 'namespace') return decodeNamespace(tool, path, unmodelled);
  return [native(kind, tool)];
}

function decodeNamespace(tool: JsonObject, path: string, unmodelled: Set<string>): readonly Tool[] {
  const group = {
    name: required.text(tool['name'], `${path}.name`),
    description: optional.text(tool['description'], `${path}.description`),
  };
  return objectList(tool['tools'], `${path}.tools`).map((member, index) => {
    const at = `${path}.tools[${index}]`;
    const kind = required.text(member['type'], `${at}.type`);
    return kind === 'function' || kind === 'custom' ? decodeNamed(member, at, unmodelled, group) : native(kind, member);
  });
}

function decodeNamed(tool: JsonObject, path: string, unmodelled: Set<string>, group?: Group): Named {
  const fields = new Fields(tool, path, undefined);
  const member = required.text(fields.get('name'), `${path}.name`);
  const description = optional.text(fields.get('description'), `${path}.description`);
  const common = { name: joinedName(group?.name, member), description, namespace: group && { ...group, member } };
  const decoded: Named =
    fields.get('type') === 'custom'
      ? { type: 'custom', ...common, format: customFormat(fields.get('format'), `${path}.format`) }
      : {
          type: 'function',
          ...common,
          parameters: optional.object(fields.get('parameters'), `${path}.parameters`),
          strict: optional.boolean(fields.get('strict'), `${path}.strict`),
        };
  for (const field of fields.ignore('defer_loading').rest()) unmodelled.add(`tools.${field}`);
  return decoded;
}

function customFormat(value: unknown, path: string): JsonObject | undefined {
  const format = optional.object(value, path);
  return format?.['type'] === 'text' ? undefined : format;
}

function native(kind: string, value: JsonObject): Tool {
  return { type: 'native', dialect: 'openai-responses', kind, value };
}

/** A choice of a tool that only OpenAI runs is added to `unmodelled`. */
export function decodeToolChoice(
  value: unknown,
  tools: readonly Tool[],
  unmodelled: Set<string>,
): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { type: value };
  if (typeof value === 'string')
    throw invalid('`tool_choice` must be auto, none, required or an object.', 'tool_choice');
  const choice = required.object(value, 'tool_choice');
  const known = knownNames(tools);
  const kind = required.text(choice['type'], 'tool_choice.type');
  if (kind === 'function' || kind === 'custom') {
    return { type: 'tool', name: chosenName(required.text(choice['name'], 'tool_choice.name'), choice, known) };
  }
  if (kind !== 'allowed_tools') {
    unmodelled.add('tool_choice');
    return undefined;
  }
  const allowed = objectsIn(choice['tools']);
  const names = allowed.flatMap((tool) => {
    const name = asText(tool['name']);
    return name !== undefined && (tool['type'] === 'function' || tool['type'] === 'custom')
      ? chosenName(name, tool, known)
      : [];
  });
  if (names.length < allowed.length) unmodelled.add('tool_choice');
  return { type: 'allowed', names, required: choice['mode'] === 'required' };
}

interface KnownNames {
  readonly whole: ReadonlySet<string>;
  /** The whole name of the first tool that has this one in its namespace. */
  readonly byMember: ReadonlyMap<string, string>;
}

function knownNames(tools: readonly Tool[]): KnownNames {
  const whole = new Set<string>();
  const byMember = new Map<string, string>();
  for (const tool of tools) {
    if (tool.type === 'native') continue;
    whole.add(tool.name);
    const member = tool.namespace?.member;
    if (member !== undefined && !byMember.has(member)) byMember.set(member, tool.name);
  }
  return { whole, byMember };
}

/** A tool may be chosen by its own name in a namespace. */
function chosenName(name: string, choice: JsonObject, { whole, byMember }: KnownNames): string {
  const joined = joinedName(asText(choice['namespace']), name);
  return whole.has(joined) ? joined : (byMember.get(name) ?? joined);
}
