import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.js';
import { eventData } from '../sse.js';
import { toErrorBody, toErrorEvent, vendorMessage } from './openai-chat.error.js';

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
