/** Blocks of an answer that only Anthropic knows: its own tools, its context editing, its fallbacks. */
const NATIVE =
  /^(?:server_tool_use|mcp_tool_use|\w+_tool_result|container_upload|compaction|fallback|mcp_tool_listing)$/;

export function isKnownNative(type: string): boolean {
  return NATIVE.test(type);
}

/** Marks of a message that say nothing about the answer. */
export const MESSAGE_MARKS = [
  'type',
  'role',
  'container',
  'context_management',
  'diagnostics',
  'input_transformations',
  'stop_details',
];

/** Who called a tool and out of which set: Anthropic's own concern. */
export const TOOL_USE_MARKS = ['type', 'caller', 'toolset_name'];
