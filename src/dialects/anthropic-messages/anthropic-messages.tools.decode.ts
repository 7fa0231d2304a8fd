import type { Tool, ToolChoice } from '../conversation.js';
import { asObject } from '../fields.js';
import { ClientFields, invalid } from './anthropic-messages.client-fields.js';

/** The date in `web_search_20250305`. */
const VERSION = /_\d{8}$/;

export function readTools(tools: readonly unknown[] | undefined, unmodelled: Set<string>): Tool[] | undefined {
  return tools?.map((tool, index) => readTool(tool, new ClientFields(tool, `tools[${index}]`, unmodelled)));
}

function readTool(value: unknown, fields: ClientFields): Tool {
  const type = fields.text('type') ?? 'custom';
  if (type !== 'custom') {
    return { type: 'native', dialect: 'anthropic-messages', kind: type.replace(VERSION, ''), value: asObject(value) };
  }
  const name = fields.requiredText('name');
  const description = fields.text('description');
  const parameters = fields.object('input_schema');
  const strict = fields.boolean('strict');
  const cache = fields.cacheMarker();
  // A hint about how the arguments are streamed, and `false`, which is what a tool without it is.
  fields.ignore('eager_input_streaming');
  if (fields.boolean('defer_loading')) fields.leaveOut('defer_loading');
  fields.end();
  return {
    type: 'function',
    name,
    ...(description !== undefined && { description }),
    ...(parameters && { parameters }),
    ...(strict !== undefined && { strict }),
    ...(cache && { cache }),
  };
}

export interface ChosenTools {
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
}

export function readToolChoice(choice: ClientFields | undefined): ChosenTools {
  if (!choice) return {};
  const onlyOne = choice.boolean('disable_parallel_tool_use');
  const parallel = onlyOne === undefined ? {} : { parallelToolCalls: !onlyOne };
  const type = choice.requiredText('type');
  switch (type) {
    case 'auto':
    case 'none':
      return { toolChoice: { type }, ...parallel };
    case 'any':
      return { toolChoice: { type: 'required' }, ...parallel };
    case 'tool':
      return { toolChoice: { type: 'tool', name: choice.requiredText('name') }, ...parallel };
    default:
      throw invalid(choice.at('type'), "'auto', 'any', 'tool' or 'none'");
  }
}
