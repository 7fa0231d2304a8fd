import { anthropicVoice } from '../voices/anthropic.voice.js';
import { Refusal } from '../voices/script.js';
import { event } from '../voices/voice.js';
import { PREFILL_REFUSAL, type Saying, type Tongue } from './tongue.js';

const FILTERED = 'Output blocked by content filtering policy';

export const anthropicTongue: Tongue = {
  reply: (saying) => ({
    ...message(saying),
    content:
      saying.tool === undefined
        ? [{ type: 'text', text: saying.pieces.join('') }]
        : [{ type: 'tool_use', id: 'toolu_faulty', name: saying.tool, input: JSON.parse(saying.pieces.join('')) }],
    stop_reason: saying.tool === undefined ? 'end_turn' : 'tool_use',
    ...(saying.tokens && { usage: { input_tokens: saying.tokens.input, output_tokens: saying.tokens.output } }),
  }),
  opening: (saying) => {
    const { tool, tokens } = saying;
    const usage = tokens && { usage: { input_tokens: tokens.input, output_tokens: 1 } };
    const start = tell('message_start', { message: { ...message(saying), ...usage } });
    const block = { index: 0, content_block: { type: 'text', text: '' } };
    return start + (tool === undefined ? tell('content_block_start', block) : '') + tell('ping', {});
  },
  pieces: ({ pieces, tool: name }) =>
    pieces.map((piece, index) => {
      if (name === undefined)
        return tell('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece } });
      const block = { index: 0, content_block: { type: 'tool_use', id: 'toolu_faulty', name, input: {} } };
      const begun = index === 0 ? tell('content_block_start', block) : '';
      const delta = { type: 'input_json_delta', partial_json: piece };
      return begun + tell('content_block_delta', { index: 0, delta });
    }),
  closing: ({ tool, tokens }) => {
    const delta = { stop_reason: tool === undefined ? 'end_turn' : 'tool_use', stop_sequence: null };
    const usage = tokens && { usage: { output_tokens: tokens.output } };
    return tell('content_block_stop', { index: 0 }) + tell('message_delta', { delta, ...usage });
  },
  terminal: tell('message_stop', {}),
  failure: tell('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
  malformed: (word) =>
    'event: content_block_delta\n' +
    `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${word}\n\n`,
  error: (status, text) => ({ type: 'error', error: { type: anthropicType(status), message: text } }),
  overflow: { message: anthropicVoice.overflow.message, body: anthropicVoice.refusal(anthropicVoice.overflow) },
  contentFilter: { message: FILTERED, body: anthropicVoice.refusal(new Refusal(FILTERED)) },
  prefillRefusal: anthropicVoice.refusal(PREFILL_REFUSAL),
};

function tell(type: string, data: object): string {
  return event({ type, ...data }, type);
}

function message({ id, model }: Saying): object {
  return { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null };
}

/** @see https://platform.claude.com/docs/en/api/errors */
function anthropicType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status === 400 ? 'invalid_request_error' : 'api_error';
}
