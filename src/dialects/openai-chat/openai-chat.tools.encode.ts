import type { Conversation, JsonObject, Tool, ToolChoice } from '../conversation.js';
import type { RequestContext } from '../dialect.js';
import { compact, isObject } from '../fields.js';
import { encodeOuterCache } from './openai-chat.content.encode.js';

/** Writes tools and how they may be called, which OpenAI refuses without any tool. */
export function encodeTools(conversation: Conversation, context: RequestContext): JsonObject {
  const { tools = [], toolChoice, parallelToolCalls } = conversation;
  const written = tools.flatMap((tool) => encodeTool(tool, context) ?? []);
  if (written.length === 0) {
    if (toolChoice && toolChoice.type !== 'auto' && toolChoice.type !== 'none') context.losses.add('tool_choice');
    return {};
  }
  return compact({
    tools: written,
    tool_choice: toolChoice && encodeChoice(toolChoice, tools),
    parallel_tool_calls: parallelToolCalls,
  });
}

function encodeTool(tool: Tool, context: RequestContext): JsonObject | undefined {
  if (tool.type === 'native') {
    if (tool.dialect === 'openai-chat') return tool.value;
    context.losses.addTool(tool);
    return undefined;
  }
  const { name, description } = tool;
  if (tool.type === 'custom') {
    return { type: 'custom', custom: compact({ name, description, format: nestedFormat(tool.format) }) };
  }
  const { parameters, strict } = tool;
  return {
    type: 'function',
    function: compact({ name, description, parameters, strict }),
    ...encodeOuterCache(tool.cache, context),
  };
}

/** A grammar stands one level deeper here than in Responses. */
function nestedFormat(format: JsonObject | undefined): JsonObject | undefined {
  if (format?.['type'] !== 'grammar' || isObject(format['grammar'])) return format;
  const { type, ...grammar } = format;
  return { type, grammar };
}

function encodeChoice(choice: ToolChoice, tools: readonly Tool[]): unknown {
  if (choice.type !== 'tool' && choice.type !== 'allowed') return choice.type;
  const customs = new Set(tools.flatMap((tool) => (tool.type === 'custom' ? tool.name : [])));
  if (choice.type === 'tool') return named(choice.name, customs);
  const mode = choice.required ? 'required' : 'auto';
  return {
    type: 'allowed_tools',
    allowed_tools: { mode, tools: choice.names.map((name) => named(name, customs)) },
  };
}

function named(name: string, customs: ReadonlySet<string>): JsonObject {
  return customs.has(name) ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}
