import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import { eventData } from '../sse.js';
import { openAiChatClient } from './openai-chat.dialect.js';
import { readChatError, toErrorBody, toErrorEvent, vendorMessage } from './openai-chat.error.js';

describe('toErrorBody', () => {
  it('has all four keys, with real nulls', () => {
    expect(
      JSON.parse(JSON.stringify(toErrorBody(new GatewayError('upstream_error', 'No provider answered.')))),
    ).toEqual({
      error: { message: 'No provider answered.', type: 'api_error', param: null, code: 'upstream_error' },
    });
  });

  it('names the field at fault', () => {
    const { error } = toErrorBody(new GatewayError('invalid_request', 'x', { param: 'messages[2].role' }));
    expect(error.param).toBe('messages[2].role');
  });

  it('says nothing of the cause', () => {
    const cause = new Error('sk-secret at /srv/gateway/src/x.ts');
    expect(
      JSON.stringify(toErrorBody(new GatewayError('internal_error', 'The gateway failed.', { cause }))),
    ).not.toMatch(/secret|srv/);
  });
});

describe('toErrorEvent', () => {
  const event = toErrorEvent(new GatewayError('upstream_error', 'It broke off.\n\ndata: [DONE]'), 'gpt-4o');
  const chunk: unknown = JSON.parse(eventData(Buffer.from(event)) ?? '');

  it('is a chunk with an error that SDKs throw on', () => {
    expect(chunk).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'gpt-4o',
      error: { type: 'api_error', param: null, code: 'upstream_error' },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    });
  });

  it('is one event, whatever its message says', () => {
    expect(event).toMatch(/^data: [^\n]*\n\n$/);
  });
});

describe('vendorMessage', () => {
  it.each<[error: unknown, message: string | undefined]>([
    [{ message: 'Overloaded', code: 529 }, 'Overloaded'],
    ['Overloaded', 'Overloaded'],
    [{ message: { detail: 'x' } }, undefined],
    [{ code: 500 }, undefined],
    [null, undefined],
    [undefined, undefined],
    [500, undefined],
  ])('of %j is %j', (error, message) => {
    expect(vendorMessage(error)).toBe(message);
  });
});

describe('readChatError', () => {
  it.each<[what: string, body: unknown, read: object | undefined]>([
    [
      'OpenAI',
      {
        error: {
          message: 'Too long',
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      },
      {
        message: 'Too long',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
        status: 400,
      },
    ],
    [
      'OpenRouter',
      { error: { message: 'Busy', code: 429, metadata: {} }, user_id: 'u' },
      { message: 'Busy', status: 429 },
    ],
    ['Ollama', { error: 'model not found' }, { message: 'model not found' }],
    [
      'Mistral',
      { object: 'error', message: 'Busy', type: 'rate_limit_error', param: null, code: '1300' },
      { message: 'Busy', type: 'rate_limit_error', code: '1300', status: 429 },
    ],
    ['Gemini', [{ error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } }], { message: 'Bad', status: 400 }],
    [
      'FastAPI',
      { detail: [{ loc: ['body'], msg: 'missing', type: 'x' }, { msg: 'extra' }] },
      { message: 'missing; extra' },
    ],
    ['a proxy', { detail: 'Not Found' }, { message: 'Not Found' }],
    ['nobody', { ok: false }, undefined],
    ['a web page', '<html>', undefined],
    ['an empty error', { error: null }, undefined],
  ])('reads what %s answers', (_, body, read) => {
    expect(readChatError(body)).toEqual(read);
  });
});

describe('an error for a client', () => {
  const error = new GatewayError('upstream_error', 'The provider refused it.', { param: 'messages' });
  const words = { message: 'Too long', type: 'invalid_request_error', code: 'context_length_exceeded' };

  it('says the vendor’s words where they are for the caller', () => {
    expect(openAiChatClient.errorBody(error, { requestId: 'r', vendor: words })).toEqual({
      error: { ...words, param: 'messages' },
    });
    const event = openAiChatClient.errorEvent(error, { requestId: 'r', model: 'm', vendor: words });
    expect(JSON.parse(eventData(Buffer.from(event)) ?? '')).toMatchObject({ model: 'm', error: words });
  });

  it('says the gateway’s own where the vendor has none', () => {
    expect(openAiChatClient.errorBody(error, { requestId: 'r', vendor: { message: 'Odd' } })).toEqual({
      error: { message: 'Odd', type: 'api_error', param: 'messages', code: 'upstream_error' },
    });
    expect(openAiChatClient.errorBody(error, { requestId: 'r' })).toEqual(toErrorBody(error));
  });
});
