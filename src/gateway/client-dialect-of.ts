import type { FastifyRequest } from 'fastify';
import type { ClientDialectName } from '../dialects/dialects.js';

/** The dialect whose client asks, from the path alone: a request that is refused before any controller has one too. */
export function clientDialectOf(request: Pick<FastifyRequest, 'url' | 'method' | 'headers'>): ClientDialectName {
  const { url, method, headers } = request;
  if (url.startsWith('/v1/messages')) return 'anthropic-messages';
  if (url.startsWith('/v1/responses')) return 'openai-responses';
  const isModels = url.startsWith('/v1/models');
  if (url.startsWith('/v1beta/') || (isModels && method === 'POST')) return 'gemini';
  return isModels && headers['anthropic-version'] !== undefined ? 'anthropic-messages' : 'openai-chat';
}
