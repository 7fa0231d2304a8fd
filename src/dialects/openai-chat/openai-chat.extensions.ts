import type { RequestContext } from '../dialect.js';

/**
 * What some vendors of this dialect take beyond OpenAI's own form, by the name of the field or part. Without leave none
 * is sent, since strict vendors answer a field that they do not know with an error.
 *
 * - `cache_control` on parts and tools: OpenRouter, LiteLLM
 * - `prompt_cache_breakpoint` on parts: OpenAI's newest models
 * - `reasoning_details` of assistant messages, with signatures: OpenRouter, whose Gemini models need them after tool calls
 * - `extra_content` of tool calls, with thought signatures: Gemini's OpenAI endpoint
 * - `top_k`: most but OpenAI
 * - `metadata`: OpenAI refuses it unless the answer is stored
 * - `video_url`, and `file_url` for documents by their address: OpenRouter, vLLM
 * - `modalities`: image output at OpenRouter
 * - `custom_tools`, which take free text: OpenAI itself; others are offered a function in its place
 * - `developer_role`: OpenAI itself; templates of many local servers refuse it, and OpenAI takes `system` as well
 */
export type ChatExtension =
  | 'cache_control'
  | 'prompt_cache_breakpoint'
  | 'reasoning_details'
  | 'extra_content'
  | 'top_k'
  | 'metadata'
  | 'video_url'
  | 'file_url'
  | 'modalities'
  | 'custom_tools'
  | 'developer_role';

export function takes(context: RequestContext, extension: ChatExtension): boolean {
  return context.extensions?.includes(extension) ?? false;
}
