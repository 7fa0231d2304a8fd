import { describe, expect, it } from 'vitest';
import type { DialectName } from './conversation.js';
import { vendorDialects } from './dialects.js';
import { saysKeyRefused } from './refused-key.js';

/** As Google answers a wrong key, with 400. */
const googles = {
  error: {
    code: 400,
    message: 'API key not valid. Please pass a valid API key.',
    status: 'INVALID_ARGUMENT',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
  },
};
const openAis = {
  error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
};
const anthropics = { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } };

describe('a refusal of the key', () => {
  it.each<[vendor: DialectName, body: unknown]>([
    ['openai-chat', openAis],
    ['openai-chat', { error: { ...openAis.error, status: 400 } }],
    ['openai-chat', anthropics],
    ['openai-chat', [googles]],
    ['openai-responses', openAis],
    ['openai-responses', anthropics],
    ['anthropic-messages', anthropics],
    ['anthropic-messages', openAis],
    ['gemini', googles],
    ['gemini', [googles]],
    ['gemini', { error: { code: 400, message: 'API key expired. Please renew the API key.' } }],
    ['ai-sdk', openAis],
    ['ai-sdk', anthropics],
    ['ai-sdk', googles],
  ])('is known of %s by the words, whatever the status: %j', (vendor, body) => {
    expect(vendorDialects[vendor].readError(body)?.status).toBe(401);
  });

  it.each(['UnrecognizedClientException', 'ExpiredTokenException', 'InvalidSignatureException'])(
    'is known of Bedrock by its %s',
    (type) => {
      const body = { message: 'The security token is invalid.', __type: `com.amazon.coral.service#${type}` };
      expect(vendorDialects['bedrock-converse'].readError(body)?.status).toBe(403);
    },
  );

  it.each([
    { message: 'Say "API key not valid" in French.' },
    { message: 'No such model.', type: 'invalid_request_error', code: 'model_not_found' },
    { message: 'API keys are listed in the console.', type: 'INVALID_ARGUMENT' },
  ])('is not %j', (error) => {
    expect(saysKeyRefused(error)).toBe(false);
  });
});
