import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { CLAUDE_SIGNATURE, checkThinking, claudeSignature, type ClaudeTurn } from './claude.js';
import {
  OUTPUT_TOKENS,
  PROMPT_TOKENS,
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
import type { Voice } from './voice.js';

interface Block {
  readonly text?: string;
  readonly image?: { readonly format: string; readonly source: { readonly bytes?: string } };
  readonly toolUse?: { readonly toolUseId: string; readonly name: string };
  readonly toolResult?: { readonly toolUseId: string; readonly content: readonly Outcome[] };
  readonly reasoningContent?: { readonly reasoningText?: { readonly text: string; readonly signature?: string } };
}

interface Outcome {
  readonly text?: string;
  readonly json?: unknown;
}

interface Request {
  readonly messages: readonly { readonly role: string; readonly content: readonly Block[] }[];
  readonly inferenceConfig?: { readonly maxTokens?: number; readonly temperature?: number };
  readonly toolConfig?: {
    readonly tools: readonly { readonly toolSpec?: { readonly name: string } }[];
    readonly toolChoice?: { readonly any?: object; readonly tool?: { readonly name: string } };
  };
  readonly outputConfig?: { readonly textFormat?: { readonly type: string } };
  readonly additionalModelRequestFields?: {
    readonly thinking?: { readonly type: string; readonly budget_tokens?: number };
    readonly output_config?: { readonly format?: { readonly type: string } };
  };
}

const KNOWN = names(`
  messages system inferenceConfig toolConfig guardrailConfig additionalModelRequestFields
  additionalModelResponseFieldPaths performanceConfig promptVariables requestMetadata serviceTier outputConfig
`);
const PATH = /^\/model\/([^/]+)\/(converse(?:-stream)?)$/;

/** AWS's own, with a model of Anthropic's. */
export const bedrockVoice: Voice = {
  dialect: 'bedrock-converse',
  streamType: 'application/vnd.amazon.eventstream',
  overflow: new Refusal('The model returned the following errors: Input is too long for requested model.'),
  refusal: ({ message }) => ({ message }),
  refusalHeaders: { 'x-amzn-errortype': 'ValidationException' },

  hear({ path, headers, body }): Heard {
    if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) throw new Refusal('the request is not signed');
    const [, model = '', method] = PATH.exec(path) ?? [];
    const request = body as Request;
    refuseUnknown(request, KNOWN, (field) => `#: extraneous key [${field}] is not permitted`);
    const { toolConfig, inferenceConfig, outputConfig, additionalModelRequestFields: more } = request;
    const choice = toolConfig?.toolChoice;
    const users = request.messages.filter(({ role }) => role === 'user').flatMap(({ content }) => content);
    const turns = request.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
    const isThinking = checkThinking({
      maxTokens: inferenceConfig?.maxTokens,
      thinking: more?.thinking,
      temperature: inferenceConfig?.temperature,
      forcesTool: choice?.any !== undefined || choice?.tool !== undefined,
    });
    return {
      model: decodeURIComponent(model),
      stream: method === 'converse-stream',
      text: users.map(({ text = '' }) => text).join(''),
      tool: choice?.tool?.name ?? toolConfig?.tools.find(({ toolSpec }) => toolSpec)?.toolSpec?.name,
      calls: turns.flat().flatMap(({ toolUse: call }) => (call ? { id: call.toolUseId, name: call.name } : [])),
      results: users.flatMap(({ toolResult: result }) =>
        result ? { callId: result.toolUseId, text: outcomeOf(result.content) } : [],
      ),
      wantsJson: outputConfig?.textFormat?.type === 'json_schema' || more?.output_config?.format !== undefined,
      wantsReasoning: isThinking,
      images: users.flatMap(({ image }) => (image?.source.bytes ? `image/${image.format}` : [])),
      signature: claudeSignature(turns.map(turnOf), isThinking),
    };
  },

  reply(answer) {
    const content = [
      ...(answer.reasoning
        ? [{ reasoningContent: { reasoningText: { text: THOUGHT, signature: CLAUDE_SIGNATURE } } }]
        : []),
      ...(answer.text === '' ? [] : [{ text: answer.text }]),
      ...answer.calls.map((call) => ({
        toolUse: { toolUseId: idOf(call.number), name: call.name, input: JSON.parse(call.arguments) as unknown },
      })),
    ];
    return {
      metrics: { latencyMs: 1 },
      output: { message: { role: 'assistant', content } },
      stopReason: stopReasonOf(answer),
      usage: USAGE,
    };
  },

  *stream(answer) {
    let block = 0;
    const delta = (piece: object) => frame('contentBlockDelta', { contentBlockIndex: block, delta: piece });
    const stop = () => frame('contentBlockStop', { contentBlockIndex: block++ });
    yield frame('messageStart', { role: 'assistant' });
    if (answer.reasoning) {
      for (const text of pieces(THOUGHT)) yield delta({ reasoningContent: { text } });
      yield delta({ reasoningContent: { signature: CLAUDE_SIGNATURE } });
      yield stop();
    }
    if (answer.text !== '') {
      for (const text of pieces(answer.text)) yield delta({ text });
      yield stop();
    }
    for (const call of answer.calls) {
      const start = { toolUse: { toolUseId: idOf(call.number), name: call.name } };
      yield frame('contentBlockStart', { contentBlockIndex: block, start });
      for (const input of argumentPieces(call.arguments)) yield delta({ toolUse: { input } });
      yield stop();
    }
    yield frame('messageStop', { stopReason: stopReasonOf(answer) });
    yield frame('metadata', { metrics: { latencyMs: 1 }, usage: USAGE });
  },
};

const USAGE = {
  inputTokens: TOKENS.input,
  cacheReadInputTokens: TOKENS.cached,
  cacheWriteInputTokens: 0,
  outputTokens: OUTPUT_TOKENS,
  totalTokens: PROMPT_TOKENS + OUTPUT_TOKENS,
  serverToolUsage: {},
};
const codec = new EventStreamCodec(toUtf8, fromUtf8);

function frame(type: string, data: object): Uint8Array {
  const text = (value: string) => ({ type: 'string' as const, value });
  return codec.encode({
    headers: {
      ':event-type': text(type),
      ':content-type': text('application/json'),
      ':message-type': text('event'),
    },
    body: fromUtf8(JSON.stringify({ ...data, p: 'abcdefghij' })),
  });
}

function idOf(call: number): string {
  return `tooluse_conversing-${call}`;
}

function stopReasonOf({ calls }: Answer): string {
  return calls.length > 0 ? 'tool_use' : 'end_turn';
}

function turnOf(blocks: readonly Block[]): ClaudeTurn {
  const thinking = blocks[0]?.reasoningContent?.reasoningText;
  const isSigned = thinking?.text === THOUGHT && thinking.signature === CLAUDE_SIGNATURE;
  return {
    callsTools: blocks.some(({ toolUse }) => toolUse !== undefined),
    first: thinking === undefined ? 'other' : isSigned ? 'signed' : 'unsigned',
  };
}

function outcomeOf(content: readonly Outcome[]): string {
  return content.map(({ text, json }) => text ?? JSON.stringify(json)).join('');
}
