import type { Conversation, FunctionTool, JsonObject, Tool, ToolChoice } from '../conversation.js';
import type { Losses } from '../losses.js';
import { cachePoint } from './bedrock-converse.messages.js';
import type { BedrockModel } from './bedrock-models.js';

interface ToolConfig {
  readonly tools: readonly JsonObject[];
  readonly toolChoice?: JsonObject;
}

/** The tools and the choice among them; `undefined` where the request needs none. */
export function encodeTools(conversation: Conversation, model: BedrockModel, losses: Losses): ToolConfig | undefined {
  const { toolChoice } = conversation;
  const functions = (conversation.tools ?? []).filter((tool) => isFunction(tool, losses));
  const called = calledNames(conversation);
  if (toolChoice?.type === 'none' && called.length === 0) return undefined;
  if (functions.length === 0) return called.length === 0 ? undefined : { tools: called.map(bareSpec) };
  const allowed = allowedTools(functions, toolChoice);
  const tools = allowed.flatMap((tool) => encodeTool(tool, model, losses));
  const choice = encodeChoice(toolChoice, losses);
  return { tools, ...(choice && { toolChoice: choice }) };
}

/** Whether the model is made to call a tool. */
export function forcesTool(config: ToolConfig | undefined): boolean {
  return config?.toolChoice !== undefined;
}

function isFunction(tool: Tool, losses: Losses): tool is FunctionTool {
  if (tool.type === 'function') return true;
  losses.addTool(tool);
  return false;
}

/** Converse refuses calls and results in the history of a request that declares no tools. */
function calledNames({ messages }: Conversation): string[] {
  const called = messages.flatMap((message) =>
    message.role === 'assistant' ? message.parts.flatMap((part) => (part.type === 'tool-call' ? part.name : [])) : [],
  );
  const answered = messages.flatMap((message) =>
    message.role === 'tool' ? message.results.map(({ name }) => name ?? 'tool') : [],
  );
  return [...new Set(called.length > 0 ? called : answered)];
}

function bareSpec(name: string): JsonObject {
  return { toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } } };
}

function allowedTools(tools: readonly FunctionTool[], choice: ToolChoice | undefined): readonly FunctionTool[] {
  if (choice?.type !== 'allowed') return tools;
  const names = new Set(choice.names);
  const allowed = tools.filter(({ name }) => names.has(name));
  return allowed.length > 0 ? allowed : tools;
}

function encodeTool(tool: FunctionTool, model: BedrockModel, losses: Losses): JsonObject[] {
  const { name, description, parameters, strict, cache } = tool;
  const isStrict = strict === true && model.structuresOutput;
  if (strict === true && !isStrict) losses.add('strict');
  const toolSpec = {
    name,
    ...(description && { description }),
    inputSchema: { json: { type: 'object', ...(parameters ?? { properties: {} }) } },
    ...(isStrict && { strict: true }),
  };
  // Nova caches messages and system only.
  if (cache && model.family === 'nova') losses.add('cache_control');
  const point = cache && model.family !== 'nova' ? cachePoint(cache, model, losses) : undefined;
  return point ? [{ toolSpec }, point] : [{ toolSpec }];
}

/** `auto` is what Converse does anyway, and not every model takes the field. */
function encodeChoice(choice: ToolChoice | undefined, losses: Losses): JsonObject | undefined {
  switch (choice?.type) {
    case 'required':
      return { any: {} };
    case 'tool':
      return { tool: { name: choice.name } };
    case 'allowed':
      return choice.required ? { any: {} } : undefined;
    case 'none':
      losses.add('tool_choice');
      break;
    case 'auto':
    case undefined:
      break;
  }
  return undefined;
}
