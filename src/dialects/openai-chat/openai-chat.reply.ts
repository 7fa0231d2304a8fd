import { UpstreamError } from '../../errors/upstream-error.js';
import type { TokenUsage } from '../token-usage.js';
import { writtenIn } from './openai-chat.text.js';
import { readUsage } from './openai-chat.usage.js';

/** What the account needs to know of an answer; the answer itself goes to the client as bytes. */
export interface ReplyFacts {
  /** The vendor's exact model name, such as `gpt-4o-2024-08-06`. */
  readonly model: string | undefined;
  readonly usage: TokenUsage | undefined;
  readonly finishReason: string | undefined;
  /** What the model wrote, tool arguments and reasoning included: what tokens are counted from without `usage`. */
  written(): WrittenText;
}

export interface WrittenText {
  /** All of it, or the beginning of a very long one. */
  readonly text: string;
  /** Of the whole, in characters. */
  readonly length: number;
}

interface ReplyBody {
  readonly model?: unknown;
  readonly usage?: unknown;
  readonly choices?: readonly ({ readonly finish_reason?: unknown; readonly message?: unknown } | null)[];
}

/**
 * Reads a whole chat completion.
 * @throws UpstreamError `invalid_reply` when the bytes are no chat completion
 */
export function readReply(bytes: Buffer): ReplyFacts {
  const body = parse(bytes);
  const finishReason = body.choices?.[0]?.finish_reason;
  return {
    model: typeof body.model === 'string' ? body.model : undefined,
    usage: readUsage(body.usage),
    finishReason: typeof finishReason === 'string' ? finishReason : undefined,
    written: () => {
      const text = (body.choices ?? []).flatMap((choice) => writtenIn(choice?.message)).join('\n');
      return { text, length: text.length };
    },
  };
}

function parse(bytes: Buffer): ReplyBody {
  let body: ReplyBody | null;
  try {
    body = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not JSON', { cause });
  }
  if (typeof body !== 'object' || body === null || !Array.isArray(body.choices)) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not a chat completion');
  }
  return body;
}
