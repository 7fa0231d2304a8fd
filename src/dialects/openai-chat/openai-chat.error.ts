import type { GatewayError } from '../../errors/gateway-error.js';

interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** OpenAI's error body. openai-node reads only `error`, so its four keys are always there. */
export function toErrorBody(error: GatewayError): ErrorBody {
  const { type, code } = error.row;
  return { error: { message: error.message, type, param: error.param ?? null, code } };
}

/**
 * The event that ends a broken stream. `finish_reason: error` and the top-level `error` make SDKs throw; no `[DONE]`
 * may follow, since a stream that merely ends is taken as complete.
 */
export function toErrorEvent(error: GatewayError, model: string): string {
  const chunk = {
    id: 'chatcmpl-error',
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model,
    ...toErrorBody(error),
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** What a vendor's error object says, in the forms that vendors give it. */
export function vendorMessage(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}
