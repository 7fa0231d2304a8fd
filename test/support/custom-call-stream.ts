import type { OfferedTool } from './offered-tools.js';
import { argumentPieces, OUTPUT_TOKENS, PROMPT_TOKENS } from './voices/script.js';
import { event } from './voices/voice.js';

/** How OpenAI's newest models stream the call of a tool that takes free text. */
export function* customCallStream(
  { tool, arguments: input }: { readonly tool: OfferedTool; readonly arguments: string },
  model: string,
): Iterable<string> {
  let sequence_number = 0;
  const tell = (type: string, data: object) => event({ type, sequence_number: sequence_number++, ...data }, type);
  const { name, namespace } = tool;
  const item = { id: 'ctc_agent', type: 'custom_tool_call', call_id: 'call_custom_0', name, namespace };
  const response = { id: 'resp_agent', object: 'response', created_at: 1_700_000_000, model };
  const whole = { ...item, status: 'completed', input };
  const place = { item_id: item.id, output_index: 0 };
  yield tell('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } });
  yield tell('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress', input: '' } });
  for (const delta of argumentPieces(input)) yield tell('response.custom_tool_call_input.delta', { ...place, delta });
  yield tell('response.custom_tool_call_input.done', { ...place, input });
  yield tell('response.output_item.done', { output_index: 0, item: whole });
  yield tell('response.completed', { response: { ...response, status: 'completed', output: [whole], usage: USAGE } });
}

const USAGE = {
  input_tokens: PROMPT_TOKENS,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: OUTPUT_TOKENS,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: PROMPT_TOKENS + OUTPUT_TOKENS,
};
