import { CLAUDE_SIGNATURE, checkThinking, claudeSignature, type ClaudeTurn } from './claude.js';
import {
  OUTPUT_TOKENS,
  Refusal,
  THOUGHT,
  TOKENS,
  argumentPieces,
  names,
  pieces,
  refuseUnknown,
  type Answer,
  type Heard,
} from './script.js';
import { event, type Voice } from './voice.js';

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly source?: { readonly type: string; readonly media_type?: string; readonly data?: string };
  readonly id?: string;
  readonly name?: string;
  readonly tool_use_id?: string;
  readonly content?: string | readonly Block[];
  readonly thinking?: string;
  readonly signature?: string;
}

interface Message {
  readonly role: string;
  readonly content: string | readonly Block[];
}

interface Request {
  readonly model: string;
  readonly max_tokens?: number;
  readonly stream?: boolean;
  readonly temperature?: number;
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly name: string }[];
  readonly tool_choice?: { readonly type: string; readonly name?: string };
  readonly thinking?: { readonly type: string; readonly budget_tokens?: number };
  readonly output_config?: { readonly format?: { readonly type: string } };
}

const KNOWN = names(`
  model max_tokens messages system stream temperature top_p top_k stop_sequences tools tool_choice thinking metadata
  service_tier output_config cache_control container context_management mcp_servers inference_geo
`);

/** Anthropic's own, a model with a thinking budget. */
export const anthropicVoice: Voice = {
  dialect: 'anthropic-messages',
  streamType: 'text/event-stream; charset=utf-8',
  overflow: new Refusal('prompt is too long: 200001 tokens > 200000 maximum'),
  refusal: ({ message }) => ({
    type: 'error',
    error: { type: 'invalid_request_error', message },
    request_id: 'req_conversing',
  }),
  refusalHeaders: { 'request-id': 'req_conversing' },

  hear({ headers, body, path }): Heard {
    if (!headers['anthropic-version']) throw new Refusal('anthropic-version: header is required');
    const request = body as Request;
    refuseUnknown(request, KNOWN, (field) => `${field}: Extra inputs are not permitted`);
    const { max_tokens: maxTokens, messages, tools = [], tool_choice: choice, thinking, temperature } = request;
    if (maxTokens === undefined && !path.includes('count_tokens')) throw new Refusal('max_tokens: Field required');
    const forcesTool = choice?.type === 'any' || choice?.type === 'tool';
    const isThinking = checkThinking({ maxTokens, thinking, temperature, forcesTool });
    const users = messages.filter(({ role }) => role === 'user').flatMap(blocksOf);
    const assistants = messages.filter(({ role }) => role === 'assistant').map(blocksOf);
    const calls = assistants.flat().filter(({ type }) => type === 'tool_use');
    return {
      model: request.model,
      stream: request.stream === true,
      text: textOf(users),
      tool: choice?.type === 'none' ? undefined : (choice?.name ?? tools[0]?.name),
      calls: calls.map(({ id = '', name = '' }) => ({ id, name })),
      results: users
        .filter(({ type }) => type === 'tool_result')
        .map((block) => ({
          callId: block.tool_use_id ?? '',
          text: textOf(blocksOf({ content: block.content ?? '' })),
        })),
      wantsJson: request.output_config?.format?.type === 'json_schema',
      wantsReasoning: isThinking,
      images: users.flatMap(({ type, source }) => (type === 'image' && source ? imageType(source) : [])),
      signature: claudeSignature(assistants.map(turnOf), isThinking),
    };
  },

  reply(answer, { model }) {
    return {
      id: 'msg_conversing',
      type: 'message',
      role: 'assistant',
      model,
      content: blocksFor(answer),
      stop_reason: stopReasonOf(answer),
      stop_sequence: null,
      stop_details: null,
      usage: { ...INPUT, output_tokens: OUTPUT_TOKENS, ...OUTPUT_DETAILS, service_tier: 'standard' },
    };
  },

  *stream(answer, heard) {
    const tell = (type: string, data: object = {}) => event({ type, ...data }, type);
    const usage = { ...INPUT, output_tokens: 1, service_tier: 'standard' };
    const message = { ...this.reply(answer, heard), content: [], stop_reason: null, usage };
    yield tell('message_start', { message });
    yield tell('ping');
    for (const [index, block] of blocksFor(answer).entries()) {
      yield tell('content_block_start', { index, content_block: begun(block) });
      for (const delta of deltasOf(block)) yield tell('content_block_delta', { index, delta });
      yield tell('content_block_stop', { index });
    }
    yield tell('message_delta', {
      delta: { stop_reason: stopReasonOf(answer), stop_sequence: null, stop_details: null },
      usage: { ...INPUT, output_tokens: OUTPUT_TOKENS, ...OUTPUT_DETAILS },
    });
    yield tell('message_stop');
  },
};

const INPUT = {
  input_tokens: TOKENS.input,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: TOKENS.cached,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
};
const OUTPUT_DETAILS = { output_tokens_details: { thinking_tokens: TOKENS.thinking } };

type OutputBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

function blocksFor({ reasoning, text, calls }: Answer): OutputBlock[] {
  return [
    ...(reasoning ? [{ type: 'thinking' as const, thinking: THOUGHT, signature: CLAUDE_SIGNATURE }] : []),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...calls.map(({ number, name, arguments: args }) => ({
      type: 'tool_use' as const,
      id: `toolu_conversing_${number}`,
      name,
      input: JSON.parse(args) as unknown,
      caller: { type: 'direct' },
    })),
  ];
}

function begun(block: OutputBlock): OutputBlock {
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  return block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
}

function deltasOf(block: OutputBlock): object[] {
  if (block.type === 'text') return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'thinking') {
    const thoughts = pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking }));
    return [...thoughts, { type: 'signature_delta', signature: block.signature }];
  }
  const parts = ['', ...argumentPieces(JSON.stringify(block.input))];
  return parts.map((partial_json) => ({ type: 'input_json_delta', partial_json }));
}

function stopReasonOf({ calls }: Answer): string {
  return calls.length > 0 ? 'tool_use' : 'end_turn';
}

function turnOf(blocks: readonly Block[]): ClaudeTurn {
  const [first] = blocks;
  const isSigned = first?.thinking === THOUGHT && first.signature === CLAUDE_SIGNATURE;
  return {
    callsTools: blocks.some(({ type }) => type === 'tool_use'),
    first: first?.type !== 'thinking' ? 'other' : isSigned ? 'signed' : 'unsigned',
  };
}

function imageType({ type, media_type: mediaType, data }: NonNullable<Block['source']>): string {
  if (type !== 'base64' || !mediaType || !data) throw new Refusal('an image needs its type and its data');
  return mediaType;
}

function blocksOf({ content }: Pick<Message, 'content'>): readonly Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('');
}
