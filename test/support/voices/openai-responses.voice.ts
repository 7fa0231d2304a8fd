import {
  ENCRYPTED,
  REASONING_ID,
  THOUGHTFUL,
  begun,
  itemsOf,
  progressOf,
  type OutputItem,
} from './openai-responses.items.js';
import {
  OUTPUT_TOKENS,
  PROMPT_TOKENS,
  Refusal,
  TOKENS,
  mediaTypeOf,
  names,
  refuseUnknown,
  type Heard,
} from './script.js';
import { event, type Voice } from './voice.js';

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: string;
}

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly Part[];
  readonly id?: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly output?: string | readonly Part[];
  readonly encrypted_content?: string | null;
}

interface Request {
  readonly model: string;
  readonly stream?: boolean;
  readonly input: string | readonly Item[];
  readonly include?: readonly string[];
  readonly tools?: readonly { readonly type: string; readonly name: string }[];
  readonly tool_choice?: string | { readonly name?: string };
  readonly text?: { readonly format?: { readonly type: string } };
  readonly reasoning?: { readonly effort?: string | null } | null;
}

const KNOWN = names(`
  model input instructions stream stream_options tools tool_choice parallel_tool_calls text reasoning include store
  max_output_tokens temperature top_p top_logprobs user metadata previous_response_id service_tier prompt_cache_key
  safety_identifier truncation background max_tool_calls conversation
`);

/** OpenAI's own. It keeps nothing: what it has encrypted has to come back. */
export const openAiResponsesVoice: Voice = {
  dialect: 'openai-responses',
  streamType: 'text/event-stream; charset=utf-8',
  overflow: new Refusal(
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
    'context_length_exceeded',
  ),
  refusal: ({ message, code }) => ({ error: { message, type: 'invalid_request_error', param: 'input', code } }),

  hear({ body }): Heard {
    const request = body as Request;
    refuseUnknown(request, KNOWN, (field) => `Unknown parameter: '${field}'.`);
    const { tools = [], tool_choice: choice } = request;
    const items = typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input;
    const users = items.filter(({ role }) => role === 'user').flatMap(({ content = [] }) => partsOf(content));
    const calls = items.filter(({ type }) => type === 'function_call');
    const signature = returned(items);
    if (signature === 'missing') {
      throw new Refusal(
        `Item of type 'function_call' was provided without its required 'reasoning' item: '${REASONING_ID}'.`,
      );
    }
    return {
      model: request.model,
      stream: request.stream === true,
      text: textOf(users),
      tool: choice === 'none' ? undefined : ((typeof choice === 'object' ? choice.name : undefined) ?? tools[0]?.name),
      calls: calls.map(({ call_id: id = '', name = '' }) => ({ id, name })),
      results: items
        .filter(({ type }) => type === 'function_call_output')
        .map(({ call_id: callId = '', output = '' }) => ({ callId, text: textOf(partsOf(output)) })),
      wantsJson: request.text?.format?.type === 'json_schema',
      wantsReasoning: (request.reasoning?.effort ?? 'none') !== 'none',
      images: users.flatMap(({ image_url: url }) => (url === undefined ? [] : mediaTypeOf(url))),
      unsealed: request.include?.includes('reasoning.encrypted_content') !== true,
      signature,
    };
  },

  reply(answer, heard) {
    return response(heard.model, itemsOf(answer, heard), 'completed');
  },

  *stream(answer, heard) {
    const { model } = heard;
    let sequence_number = 0;
    const tell = (type: string, data: object) => event({ type, sequence_number: sequence_number++, ...data }, type);
    yield tell('response.created', { response: response(model, [], 'in_progress') });
    yield tell('response.in_progress', { response: response(model, [], 'in_progress') });
    const items = itemsOf(answer, heard);
    for (const [output_index, item] of items.entries()) {
      yield tell('response.output_item.added', { output_index, item: begun(item) });
      for (const { type, ...data } of progressOf(item)) yield tell(type, { item_id: item.id, output_index, ...data });
      yield tell('response.output_item.done', { output_index, item });
    }
    yield tell('response.completed', { response: response(model, items, 'completed') });
  },
};

function response(model: string, output: readonly OutputItem[], status: 'in_progress' | 'completed'): object {
  const isWhole = status === 'completed';
  return {
    id: 'resp_conversing',
    object: 'response',
    created_at: 1_700_000_000,
    status,
    background: false,
    completed_at: isWhole ? 1_700_000_001 : null,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage: isWhole ? USAGE : null,
    user: null,
    metadata: {},
  };
}

const USAGE = {
  input_tokens: PROMPT_TOKENS,
  input_tokens_details: { cached_tokens: TOKENS.cached },
  output_tokens: OUTPUT_TOKENS,
  output_tokens_details: { reasoning_tokens: TOKENS.thinking },
  total_tokens: PROMPT_TOKENS + OUTPUT_TOKENS,
};

/** A reasoning item has to stand before the first call that it led to. */
function returned(items: readonly Item[]): Heard['signature'] {
  const call = items.findIndex((item) => item.type === 'function_call' && item.call_id?.startsWith(THOUGHTFUL));
  if (call === -1) return 'none due';
  const isThere = items
    .slice(0, call)
    .some(
      ({ type, id, encrypted_content }) =>
        type === 'reasoning' && id === REASONING_ID && encrypted_content === ENCRYPTED,
    );
  return isThere ? 'returned' : 'missing';
}

function partsOf(content: string | readonly Part[]): readonly Part[] {
  return typeof content === 'string' ? [{ type: 'input_text', text: content }] : content;
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ text }) => text ?? '').join('');
}
