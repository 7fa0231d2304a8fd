import type { AssistantPart, Citation, JsonObject, NativePart } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import type { Losses } from '../losses.js';
import type { Finish, Reply } from '../reply.js';
import type { TokenUsage } from '../token-usage.js';
import { citationFor } from './anthropic-messages.citations.js';
import { carrierBlock, thinkingBlock } from './anthropic-messages.signatures.js';
import { stopFields } from './anthropic-messages.stop-reason.js';
import { toolInput } from './anthropic-messages.tool-input.js';
import { messageUsage } from './anthropic-messages.usage.js';

const DIRECT = { type: 'direct' };

/** Writes a whole answer as a message. Of several choices it can say the first. */
export function encodeReply(reply: Reply, context: ReplyContext): JsonObject {
  const { losses } = context;
  if (reply.choices.length > 1) losses.add('n');
  const choice = reply.choices[0];
  const content = (choice?.parts ?? []).flatMap((part) => contentBlocks(part, losses));
  return messageBody(reply, context, { content, finish: choice?.finish, usage: reply.usage });
}

interface MessageContent {
  readonly content: readonly JsonObject[];
  readonly finish?: Finish | undefined;
  readonly usage?: TokenUsage | undefined;
}

/** A message as the SDK declares it, stable and beta, with its fields for things that other vendors have not. */
export function messageBody(
  { id, model }: { readonly id?: string | undefined; readonly model?: string | undefined },
  context: ReplyContext,
  { content, finish, usage }: MessageContent,
): JsonObject {
  return {
    id: id ?? `msg_${context.requestId}`,
    type: 'message',
    role: 'assistant',
    model: model ?? context.model,
    content,
    ...stopFields(finish),
    stop_details: null,
    container: null,
    context_management: null,
    diagnostics: null,
    usage: messageUsage(usage),
  };
}

/** Blocks that Anthropic's present version ends with the one who called; older ones left it out for the model itself. */
const CALLED = new Set(['server_tool_use', 'web_search_tool_result', 'web_fetch_tool_result']);

/** A block of Anthropic's own. */
export function nativeBlock({ kind, value }: NativePart): JsonObject {
  return CALLED.has(kind) && !('caller' in value) ? { ...value, caller: DIRECT } : value;
}

/** What a tool's call begins with. */
export function toolUseStart(id: string, name: string): JsonObject {
  return { type: 'tool_use', id, name, input: {}, caller: DIRECT };
}

function contentBlocks(part: AssistantPart, losses: Losses): JsonObject[] {
  switch (part.type) {
    case 'text': {
      if (part.logprobs) losses.add('logprobs');
      const citations = citationsFor(part.citations ?? [], losses);
      const text = { type: 'text', text: part.text, citations };
      return part.signature ? [text, carrierBlock(part.signature)] : [text];
    }
    case 'refusal':
      return [{ type: 'text', text: part.text, citations: [] }];
    case 'reasoning':
      return [thinkingBlock(part)];
    case 'tool-call': {
      const call = { ...toolUseStart(part.id, part.name), input: toolInput(part) };
      return part.signature ? [call, carrierBlock(part.signature)] : [call];
    }
    case 'native':
      if (part.dialect === 'anthropic-messages') return [nativeBlock(part)];
      break;
    case 'media':
      break;
  }
  losses.add(part.kind);
  return [];
}

function citationsFor(citations: readonly Citation[], losses: Losses): JsonObject[] {
  const said = citations.map(citationFor).filter((citation) => citation !== undefined);
  if (said.length < citations.length) losses.add('citations');
  return said;
}
