import { vendorDialects } from '../dialects/dialects.js';
import { asCount, asObject } from '../dialects/fields.js';
import { decodeCountTokens, encodeCountTokens } from '../dialects/gemini/gemini.count-tokens.js';
import { parseReply } from '../dialects/json.js';
import { Losses } from '../dialects/losses.js';
import { wholeText } from '../dialects/reply-facts.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { dialectsOf } from '../providers/provider.js';
import type { Target } from '../routing/target.js';
import type { CallerRequest } from './caller-request.js';
import { type JsonRoute, routeTo } from './route.js';
import { vendorCall } from './vendor-call.js';

const ANTHROPIC = 'anthropic-messages';
const NO_ANSWER = {
  model: undefined,
  usage: undefined,
  finishReason: undefined,
  written: () => wholeText(''),
};

/** Has a vendor count the tokens of an Anthropic client's prompt. */
export const countRoute = {
  isPossible({ provider, model }: Target): boolean {
    const [spoken] = dialectsOf(provider, model);
    return (spoken === ANTHROPIC || spoken === 'gemini') && provider.countsTokens.includes(spoken);
  },

  to(request: CallerRequest, target: Target): JsonRoute {
    const [spoken] = dialectsOf(target.provider, target.model);
    return spoken === 'gemini' ? geminiRoute(request, target) : anthropicRoute(request, target);
  },
};

/** The same dialect on both sides: bytes through. */
function anthropicRoute(request: CallerRequest, target: Target): JsonRoute {
  const route = routeTo(request, target);
  return {
    dropped: route.dropped,
    call: (signal) => ({ ...route.call(signal), operation: 'count-tokens' }),
    readReply: (bytes) => {
      if (asCount(asObject(parseReply(bytes))['input_tokens']) !== undefined) return { bytes, facts: NO_ANSWER };
      throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not a count of tokens');
    },
    readError: (body) => route.readError(body),
    refusalBody: (body, value) => route.refusalBody(body, value),
  };
}

function geminiRoute(request: CallerRequest, target: Target): JsonRoute {
  const { model } = target;
  const losses = new Losses();
  const body = Buffer.from(JSON.stringify(encodeCountTokens(request.conversation, { model, losses })));
  const call = { operation: 'count-tokens', dialect: 'gemini', body, stream: false } as const;
  return {
    dropped: losses.names,
    call: (signal) => vendorCall(request.request, target, call, signal),
    readReply: (bytes) => ({
      bytes: Buffer.from(JSON.stringify({ input_tokens: decodeCountTokens(parseReply(bytes)) })),
      facts: NO_ANSWER,
    }),
    readError: (error) => vendorDialects.gemini.readError(error),
    refusalBody: () => undefined,
  };
}
