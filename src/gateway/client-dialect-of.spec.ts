import { describe, expect, it } from 'vitest';
import { clientDialectOf } from './client-dialect-of.js';

describe('clientDialectOf', () => {
  it.each([
    ['POST', '/v1/chat/completions', 'openai-chat'],
    ['POST', '/v1/embeddings', 'openai-chat'],
    ['GET', '/v1/models', 'openai-chat'],
    ['GET', '/v1/models/simulated%2Fecho', 'openai-chat'],
    ['POST', '/v1/responses', 'openai-responses'],
    ['POST', '/v1/messages?beta=true', 'anthropic-messages'],
    ['POST', '/v1/messages/count_tokens', 'anthropic-messages'],
    ['POST', '/v1beta/models/gemini-3-pro:generateContent', 'gemini'],
    ['GET', '/v1beta/nothing', 'gemini'],
    ['POST', '/v1/models/simulated/echo:streamGenerateContent?alt=sse', 'gemini'],
    ['POST', '/v1/models/simulated%2Fecho%3AgenerateContent', 'gemini'],
    ['GET', '/v1/models/ollama/llama3:8b', 'openai-chat'],
    ['GET', '/nothing', 'openai-chat'],
  ])('of %s %s is %s', (method, url, dialect) => {
    expect(clientDialectOf({ url, method, headers: {} })).toBe(dialect);
  });

  it('of a list of models is Anthropic’s for its clients', () => {
    expect(clientDialectOf({ url: '/v1/models', method: 'GET', headers: { 'anthropic-version': '2023-06-01' } })).toBe(
      'anthropic-messages',
    );
  });
});
