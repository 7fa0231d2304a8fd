import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import type { DialectName, JsonObject } from './conversation.js';
import { clientLanguages, vendorDialects } from './dialects.js';
import { Losses } from './losses.js';
import { valueIn } from './table.js';

const vendors = Object.keys(vendorDialects) as DialectName[];

describe.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('the word %s', (word) => {
  it('is in no table that does not have it itself', () => {
    expect(valueIn({ a: 1 }, word)).toBeUndefined();
    expect(valueIn({ a: 1 }, 'a')).toBe(1);
  });

  it.each(vendors)('as a format of sound is written, or named as lost, for a vendor of %s', (vendor) => {
    const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: word } };
    const body = { messages: [{ role: 'user', content: [sound, { type: 'text', text: 'Hello' }] }] };
    const asked = clientLanguages['openai-chat'].dialect.decodeRequest(body, { model: 'm', stream: false });
    const losses = new Losses();
    const written = JSON.stringify(vendorDialects[vendor].encodeRequest(asked, { model: 'm', losses }));
    expect(losses.names.includes('audio') || written.includes(`audio/${word}`)).toBe(true);
  });

  it.each<[vendor: DialectName, reply: JsonObject]>([
    ['openai-chat', { choices: [{ message: { content: 'a' }, finish_reason: word }] }],
    ['anthropic-messages', { type: 'message', content: [], stop_reason: word }],
    ['gemini', { candidates: [{ finishReason: word }] }],
    ['bedrock-converse', { output: { message: { content: [] } }, stopReason: word }],
    ['ai-sdk', { content: [], finishReason: { unified: word, raw: word } }],
  ])('is a reason to end that is not known of %s', (vendor, reply) => {
    const { choices } = vendorDialects[vendor].decodeReply(reply);
    expect(choices[0]?.finish).toMatchObject({ reason: 'other', native: word });
  });

  it.each(vendors)('says nothing of the status of a failure of %s', (vendor) => {
    const error = { message: 'No.', type: word, code: word, status: word };
    const failure = vendorDialects[vendor].readError({ message: 'No.', __type: word, error });
    expect(failure).toMatchObject({ message: 'No.' });
    expect(failure?.status).toBeUndefined();
  });

  it('is no class of failures to a client of Anthropic', () => {
    const error = new GatewayError('upstream_error', 'No.', { status: 400 });
    const context = { requestId: 'r', vendor: { message: 'No.', type: word } };
    expect(clientLanguages['anthropic-messages'].dialect.errorBody(error, context)['error']).toEqual({
      type: 'invalid_request_error',
      message: 'No.',
    });
  });
});
