import type { FastifyRequest } from 'fastify';
import type { ClientDialectName } from '../dialects/dialects.js';

const GEMINI = /^\/v1beta\/|^\/v1\/models\/[^?]+(?::|%3A)(?:stream)?generateContent(?:\?|$)/i;

/** The dialect whose client asks, from the path alone: a request that is refused before any controller has one too. */
export function clientDialectOf({ url, headers }: Pick<FastifyRequest, 'url' | 'headers'>): ClientDialectName {
  if (url.startsWith('/v1/messages')) return 'anthropic-messages';
  if (GEMINI.test(url)) return 'gemini';
  if (url.startsWith('/v1/responses')) return 'openai-responses';
  const isModels = url.startsWith('/v1/models');
  return isModels && headers['anthropic-version'] !== undefined ? 'anthropic-messages' : 'openai-chat';
}
