import { ToolMessage, type AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { RESULT } from './weather.js';

/** The message that a stream's chunks add up to. */
export async function collected(stream: Promise<AsyncIterable<AIMessageChunk>>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await stream) whole = whole?.concat(chunk) ?? chunk;
  if (whole === undefined) throw new Error('the stream is empty');
  return whole;
}

/** What the tools say that a message calls. */
export function resultsOf({ tool_calls: calls = [] }: AIMessageChunk): BaseMessage[] {
  return calls.map(({ id = '' }) => new ToolMessage({ tool_call_id: id, content: RESULT }));
}
