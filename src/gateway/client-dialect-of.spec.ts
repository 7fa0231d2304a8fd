import { describe, expect, it } from 'vitest';
import { clientDialectOf } from './client-dialect-of.js';

describe('clientDialectOf', () => {
  it.each([
    ['/v1/chat/completions', 'openai-chat'],
    ['/v1/embeddings', 'openai-chat'],
    ['/v1/models', 'openai-chat'],
    ['/v1/models/simulated%2Fecho', 'openai-chat'],
    ['/v1/responses', 'openai-responses'],
    ['/v1/messages?beta=true', 'anthropic-messages'],
    ['/v1/messages/count_tokens', 'anthropic-messages'],
    ['/v1beta/models/gemini-3-pro:generateContent', 'gemini'],
    ['/v1beta/nothing', 'gemini'],
    ['/v1/models/simulated/echo:streamGenerateContent?alt=sse', 'gemini'],
    ['/v1/models/simulated%2Fecho%3AgenerateContent', 'gemini'],
    ['/v1/models/ollama/llama3:8b', 'openai-chat'],
    ['/nothing', 'openai-chat'],
  ])('of %s is %s', (url, dialect) => {
    expect(clientDialectOf({ url, headers: {} })).toBe(dialect);
  });

  it('of a list of models is Anthropic’s for its clients', () => {
    expect(clientDialectOf({ url: '/v1/models', headers: { 'anthropic-version': '2023-06-01' } })).toBe(
      'anthropic-messages',
    );
  });
});
