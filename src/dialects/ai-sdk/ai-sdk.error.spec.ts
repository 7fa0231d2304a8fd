import { describe, expect, it } from 'vitest';
import { readError } from './ai-sdk.error.js';

describe('an error body behind an AI SDK package', () => {
  it.each<[string, unknown, object]>([
    [
      'OpenAI',
      { error: { message: 'm', type: 't', code: 'c', param: 'p' } },
      { message: 'm', type: 't', code: 'c', param: 'p' },
    ],
    ['OpenRouter', { error: { message: 'm', code: 429, metadata: {} } }, { message: 'm', status: 429 }],
    [
      'Anthropic',
      { type: 'error', error: { type: 'overloaded_error', message: 'm' } },
      { message: 'm', type: 'overloaded_error' },
    ],
    [
      'Gemini',
      [{ error: { message: 'm', code: 400, status: 'INVALID_ARGUMENT' } }],
      { message: 'm', type: 'INVALID_ARGUMENT', status: 400 },
    ],
    ['a text', { error: 'm' }, { message: 'm' }],
    ['FastAPI', { detail: 'm' }, { message: 'm' }],
  ])('is read in the form of %s', (_, body, expected) => {
    expect(readError(body)).toEqual(expected);
  });

  it.each([[undefined], [''], [{}], [{ error: {} }], [[]]])('says nothing that can be read in %o', (body) => {
    expect(readError(body)).toBeUndefined();
  });
});
