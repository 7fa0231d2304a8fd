import type { TextPart, ToolResultPart } from '../conversation.js';
import type { Losses } from '../losses.js';
import { resultCache } from '../result-cache.js';
import { cacheOptions } from './ai-sdk.cache.js';
import { encodeFile } from './ai-sdk.media.js';
import type { WireToolOutput, WireToolPart, WireUserPart } from './ai-sdk.wire.js';

/** @param toolNames the names of the conversation's tool calls by their ids */
export function encodeToolResult(
  result: ToolResultPart,
  toolNames: ReadonlyMap<string, string>,
  losses: Losses,
): WireToolPart {
  return {
    type: 'tool-result',
    toolCallId: result.callId,
    toolName: result.name ?? toolNames.get(result.callId) ?? '',
    output: encodeOutput(result, losses),
    ...cacheOptions(resultCache(result, losses)),
  };
}

function encodeOutput({ parts, isError }: ToolResultPart, losses: Losses): WireToolOutput {
  const texts = parts.filter((part): part is TextPart => part.type === 'text');
  if (texts.length === parts.length) {
    // Many packages send a list of texts as the JSON of that list.
    const value = texts.map(({ text }) => text).join('\n');
    return { type: isError ? 'error-text' : 'text', value };
  }
  if (isError) losses.add('tool_error');
  return {
    type: 'content',
    value: parts.flatMap((part): readonly WireUserPart[] => {
      if (part.type === 'text') return [{ type: 'text', text: part.text }];
      if (part.type === 'media') {
        const file = encodeFile(part, losses);
        return file ? [file] : [];
      }
      losses.add(part.kind);
      return [];
    }),
  };
}
