import { openAiChatVoice } from '../voices/openai-chat.voice.js';
import { event } from '../voices/voice.js';
import { PREFILL_REFUSAL, type Saying, type Tokens, type Tongue } from './tongue.js';

/** Azure's words. */
const FILTERED =
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your " +
  'prompt and retry.';

export const openAiChatTongue: Tongue = {
  reply: ({ id, model, pieces, tool, tokens }) => ({
    id,
    object: 'chat.completion',
    created: 1_790_000_000,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: tool === undefined ? pieces.join('') : null,
          refusal: null,
          ...(tool !== undefined && { tool_calls: [{ ...callHead(tool, pieces.join('')) }] }),
        },
        logprobs: null,
        finish_reason: tool === undefined ? 'stop' : 'tool_calls',
      },
    ],
    ...(tokens && { usage: chatUsage(tokens) }),
  }),
  opening: (saying) => chunk(saying, { role: 'assistant', content: saying.tool === undefined ? '' : null }),
  pieces: (saying) =>
    saying.pieces.map((piece, index) => {
      const { tool } = saying;
      if (tool === undefined) return chunk(saying, { content: piece });
      const begun = index === 0 ? chunk(saying, { tool_calls: [{ index: 0, ...callHead(tool, '') }] }) : '';
      return begun + chunk(saying, { tool_calls: [{ index: 0, function: { arguments: piece } }] });
    }),
  closing: (saying) => {
    const { tool, tokens } = saying;
    const finish = chunk(saying, {}, tool === undefined ? 'stop' : 'tool_calls');
    return tokens ? finish + event({ ...chunkHead(saying), choices: [], usage: chatUsage(tokens) }) : finish;
  },
  terminal: 'data: [DONE]\n\n',
  failure: event({ error: { message: 'The engine is gone', type: 'server_error', param: null, code: null } }),
  malformed: (word) => `data: {"id":"chatcmpl-broken","choices":[{"index":0,"delta":{"content":"${word}\n\n`,
  error: (status, message) => ({ error: { message, type: 'vendor_error', param: null, code: `v${status}` } }),
  overflow: {
    message: openAiChatVoice.overflow.message,
    body: openAiChatVoice.refusal(openAiChatVoice.overflow),
  },
  contentFilter: {
    message: FILTERED,
    body: {
      error: {
        message: FILTERED,
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      },
    },
  },
  prefillRefusal: openAiChatVoice.refusal(PREFILL_REFUSAL),
};

function callHead(name: string, json: string): object {
  return { id: 'call_faulty', type: 'function', function: { name, arguments: json } };
}

function chunkHead({ id, model }: Saying): object {
  return { id, object: 'chat.completion.chunk', created: 1_790_000_000, model };
}

function chunk(saying: Saying, delta: object, finish: string | null = null): string {
  return event({ ...chunkHead(saying), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
}

function chatUsage({ input, output }: Tokens): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
