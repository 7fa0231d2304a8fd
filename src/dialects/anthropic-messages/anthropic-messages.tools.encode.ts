import type { Conversation, FunctionTool, JsonObject, Tool } from '../conversation.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import type { Block } from './anthropic-messages.blocks.encode.js';
import { cacheField } from './anthropic-messages.cache-markers.js';
import type { ModelTraits } from './anthropic-messages.models.js';

/** @returns `undefined` for no tools: Anthropic then refuses a `tool_choice` */
export function encodeTools(conversation: Conversation, traits: ModelTraits, losses: Losses): Block[] | undefined {
  const tools = allowedTools(conversation).flatMap((tool) => encodeTool(tool, traits, losses));
  return tools.length > 0 ? tools : undefined;
}

/** Anthropic cannot be told to use some of the tools, so it is told of these only. */
function allowedTools({ tools = [], toolChoice }: Conversation): readonly Tool[] {
  if (toolChoice?.type !== 'allowed') return tools;
  const names = new Set(toolChoice.names);
  return tools.filter((tool) => names.has(tool.type === 'native' ? tool.kind : tool.name));
}

function encodeTool(tool: Tool, traits: ModelTraits, losses: Losses): Block[] {
  if (tool.type === 'function') return [encodeFunction(tool, traits, losses)];
  if (tool.type === 'native' && tool.dialect === 'anthropic-messages') return [{ ...tool.value }];
  losses.addTool(tool);
  return [];
}

function encodeFunction(tool: FunctionTool, { structuredOutput }: ModelTraits, losses: Losses): Block {
  if (tool.strict && !structuredOutput) losses.add('strict');
  return {
    ...compact({
      name: tool.name,
      description: tool.description,
      input_schema: inputSchema(tool.parameters),
      strict: structuredOutput ? tool.strict : undefined,
    }),
    ...cacheField(tool.cache, losses),
  };
}

/** Anthropic wants the type to be said, and an object. */
function inputSchema(parameters: JsonObject | undefined): JsonObject {
  if (!parameters) return { type: 'object', properties: {} };
  return parameters['type'] === 'object' ? parameters : { ...parameters, type: 'object' };
}

export interface EncodedToolChoice {
  readonly type: 'auto' | 'any' | 'tool' | 'none';
  readonly name?: string;
  readonly disable_parallel_tool_use?: boolean;
}

export function encodeToolChoice(
  { toolChoice, parallelToolCalls }: Conversation,
  { forcedToolChoice }: ModelTraits,
  losses: Losses,
): EncodedToolChoice | undefined {
  const onlyOne = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  const free: EncodedToolChoice | undefined = parallelToolCalls === false ? { type: 'auto', ...onlyOne } : undefined;
  if (!toolChoice) return free;
  if (toolChoice.type === 'none') return { type: 'none' };
  if (toolChoice.type === 'auto' || (toolChoice.type === 'allowed' && !toolChoice.required)) {
    return { type: 'auto', ...onlyOne };
  }
  if (!forcedToolChoice) {
    losses.add('tool_choice');
    return free;
  }
  return toolChoice.type === 'tool' ? { type: 'tool', name: toolChoice.name, ...onlyOne } : { type: 'any', ...onlyOne };
}
