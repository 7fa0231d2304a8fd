import {
  OUTPUT_TOKENS,
  PROMPT_TOKENS,
  Refusal,
  THOUGHT,
  TOKENS,
  argumentPieces,
  mediaTypeOf,
  names,
  pieces,
  refuseUnknown,
  type Answer,
  type Call,
  type Heard,
} from './script.js';
import { event, type Voice } from './voice.js';

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

interface Message {
  readonly role: string;
  readonly content?: string | readonly Part[] | null;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string } }[];
  readonly tool_call_id?: string;
}

interface Request {
  readonly model: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly tool_choice?: string | { readonly function: { readonly name: string } };
  readonly response_format?: { readonly type: string };
  readonly reasoning_effort?: string;
}

const KNOWN = names(`
  model messages stream stream_options tools tool_choice parallel_tool_calls response_format reasoning_effort
  max_tokens max_completion_tokens temperature top_p n stop seed user frequency_penalty presence_penalty logprobs
  top_logprobs logit_bias metadata store service_tier prompt_cache_key safety_identifier verbosity modalities audio
  prediction
`);
const HEAD = { id: 'chatcmpl-conversing', created: 1_700_000_000, system_fingerprint: 'fp_conversing' };
const THOUGHTFUL = 'call_thought';

/** A vendor like OpenAI, with its reasoning shown as DeepSeek and most others show it. */
export const openAiChatVoice: Voice = {
  dialect: 'openai-chat',
  streamType: 'text/event-stream; charset=utf-8',
  overflow: new Refusal(
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 200000 tokens.",
    'context_length_exceeded',
  ),
  refusal: ({ message, code }) => ({ error: { message, type: 'invalid_request_error', param: 'messages', code } }),

  hear({ body }): Heard {
    const request = body as Request;
    refuseUnknown(request, KNOWN, (field) => `Unrecognized request argument supplied: ${field}`);
    const { messages, tools = [], tool_choice: choice, response_format: format } = request;
    const users = messages.filter(({ role }) => role === 'user').flatMap(partsOf);
    const calls = messages.flatMap((message) => message.tool_calls ?? []);
    return {
      model: request.model,
      stream: request.stream === true,
      text: textOf(users),
      tool: choice === 'none' ? undefined : typeof choice === 'object' ? choice.function.name : tools[0]?.function.name,
      calls: calls.map(({ id, function: { name } }) => ({ id, name })),
      results: messages
        .filter(({ role }) => role === 'tool')
        .map((message) => ({ callId: message.tool_call_id ?? '', text: textOf(partsOf(message)) })),
      wantsJson: format?.type === 'json_schema',
      wantsReasoning: (request.reasoning_effort ?? 'none') !== 'none',
      images: users.flatMap(({ image_url: image }) => (image ? mediaTypeOf(image.url) : [])),
      signature: returned(messages),
    };
  },

  reply(answer, { model }) {
    const message = {
      role: 'assistant',
      content: answer.text === '' ? null : answer.text,
      ...(answer.reasoning && { reasoning_content: THOUGHT }),
      refusal: null,
      annotations: [],
      ...(answer.calls.length > 0 && {
        tool_calls: answer.calls.map((call) => ({
          id: idOf(call, answer),
          type: 'function',
          function: { name: call.name, arguments: call.arguments },
        })),
      }),
    };
    return {
      ...HEAD,
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(answer) }],
      usage: USAGE,
      service_tier: 'default',
    };
  },

  *stream(answer, { model }) {
    const chunk = (delta: object, finish_reason: string | null = null) =>
      event({
        ...HEAD,
        object: 'chat.completion.chunk',
        model,
        choices: [{ index: 0, delta, logprobs: null, finish_reason }],
        usage: null,
        obfuscation: 'x7',
      });
    yield chunk({ role: 'assistant', content: answer.calls.length > 0 ? null : '', refusal: null });
    if (answer.reasoning) for (const piece of pieces(THOUGHT)) yield chunk({ reasoning_content: piece });
    for (const piece of pieces(answer.text)) yield chunk({ content: piece });
    for (const call of answer.calls) {
      const opening = { id: idOf(call, answer), type: 'function', function: { name: call.name, arguments: '' } };
      yield chunk({ tool_calls: [{ index: call.number, ...opening }] });
      for (const piece of argumentPieces(call.arguments)) {
        yield chunk({ tool_calls: [{ index: call.number, function: { arguments: piece } }] });
      }
    }
    yield chunk({}, finishOf(answer));
    yield event({ ...HEAD, object: 'chat.completion.chunk', model, choices: [], usage: USAGE });
    yield 'data: [DONE]\n\n';
  },
};

const USAGE = {
  prompt_tokens: PROMPT_TOKENS,
  completion_tokens: OUTPUT_TOKENS,
  total_tokens: PROMPT_TOKENS + OUTPUT_TOKENS,
  prompt_tokens_details: { cached_tokens: TOKENS.cached, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: TOKENS.thinking,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

function idOf({ number }: Call, { reasoning }: Answer): string {
  return `${reasoning ? THOUGHTFUL : 'call_plain'}_${number}`;
}

function finishOf({ calls }: Answer): string {
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

/** This dialect signs nothing: what is due back is the reasoning itself. */
function returned(messages: readonly Message[]): Heard['signature'] {
  const due = messages.filter(({ tool_calls: calls }) => calls?.some(({ id }) => id.startsWith(THOUGHTFUL)));
  if (due.length === 0) return 'none due';
  return due.every(({ reasoning_content: reasoning }) => reasoning === THOUGHT) ? 'returned' : 'missing';
}

function partsOf({ content }: Message): readonly Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content ?? [];
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ text }) => text ?? '').join('');
}
