import { UpstreamError } from '../../errors/upstream-error.js';
import type { ReplyFacts } from '../reply-facts.js';
import { writtenIn } from './openai-chat.text.js';
import { readUsage } from './openai-chat.usage.js';

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
