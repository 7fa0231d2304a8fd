import type { CustomTool, FunctionTool, JsonObject, Tool, ToolChoice, ToolNamespace } from '../conversation.js';
import { compact, isObject } from '../fields.js';
import type { Losses } from '../losses.js';

/** Writes tools, those of one namespace together at the place of its first one. */
export function encodeTools(tools: readonly Tool[], losses: Losses): readonly JsonObject[] {
  const written: JsonObject[] = [];
  const groups = new Map<string, JsonObject[]>();
  for (const tool of tools) {
    if (tool.type === 'native') {
      if (tool.dialect === 'openai-responses') written.push(tool.value);
      else losses.addTool(tool);
      continue;
    }
    const { namespace } = tool;
    if (!namespace) {
      written.push(encodeNamed(tool, tool.name));
      continue;
    }
    const members = groups.get(namespace.name) ?? [];
    if (members.length === 0) written.push(groupOf(namespace, members));
    groups.set(namespace.name, members);
    members.push(encodeNamed(tool, namespace.member));
  }
  return written;
}

function groupOf({ name, description }: ToolNamespace, tools: readonly JsonObject[]): JsonObject {
  return { type: 'namespace', name, description: description ?? '', tools };
}

function encodeNamed(tool: FunctionTool | CustomTool, name: string): JsonObject {
  const { description } = tool;
  if (tool.type === 'custom') return compact({ type: 'custom', name, description, format: customFormat(tool.format) });
  return compact({
    type: 'function',
    name,
    description,
    parameters: tool.parameters ?? { type: 'object', properties: {} },
    // Without the word OpenAI takes a tool for strict, which no other dialect does.
    strict: tool.strict ?? false,
  });
}

/** Chat completions nest the grammar one level deeper. */
function customFormat(format: JsonObject | undefined): JsonObject | undefined {
  const grammar = format?.['grammar'];
  return isObject(grammar) ? { type: 'grammar', ...grammar } : format;
}

export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[]): unknown {
  if (choice.type !== 'tool' && choice.type !== 'allowed') return choice.type;
  const byName = new Map(tools.toReversed().flatMap((tool) => (tool.type === 'native' ? [] : [[tool.name, tool]])));
  if (choice.type === 'tool') return named(choice.name, byName);
  return {
    type: 'allowed_tools',
    mode: choice.required ? 'required' : 'auto',
    tools: choice.names.map((name) => named(name, byName)),
  };
}

function named(name: string, tools: ReadonlyMap<string, FunctionTool | CustomTool>): JsonObject {
  const tool = tools.get(name);
  if (!tool) return { type: 'function', name };
  return compact({ type: tool.type, name: tool.namespace?.member ?? name, namespace: tool.namespace?.name });
}
