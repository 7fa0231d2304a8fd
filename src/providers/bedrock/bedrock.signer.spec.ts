import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureHeaders } from './bedrock.signer.js';

/** Of AWS's published examples and test suite. */
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const at = new Date('2015-08-30T12:36:00Z');
const region = 'us-east-1';

function signatureOf(headers: Readonly<Record<string, string>>): string | undefined {
  return headers.authorization?.match(/Signature=(.*)/)?.[1];
}

describe('signatureHeaders', () => {
  it.each([
    [
      'get-vanilla',
      { method: 'GET', url: 'https://example.amazonaws.com/', headers: {}, service: 'service' },
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      'post-vanilla',
      { method: 'POST', url: 'https://example.amazonaws.com/', headers: {}, service: 'service' },
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'the IAM request of its guide',
      {
        method: 'GET',
        url: 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        service: 'iam',
      },
      '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    ],
  ] as const)('signs %s as AWS does', async (_name, { method, url, headers, service }, signature) => {
    const request = { method, url: new URL(url), headers, body: Buffer.alloc(0) };
    const signed = await signatureHeaders(request, { credentials, region, service, at });
    expect(signatureOf(signed)).toBe(signature);
    expect(signed['x-amz-date']).toBe('20150830T123600Z');
  });

  it('signs a model’s path and body as the rules say, step by step', async () => {
    const body = Buffer.from('{"messages":[]}');
    const url = new URL('https://bedrock-runtime.us-east-1.amazonaws.com/model/a.b-v1%3A0/converse');
    const headers = { 'content-type': 'application/json' };
    const scope = { credentials: { ...credentials, sessionToken: 'token' }, region, service: 'bedrock', at };
    const signed = await signatureHeaders({ method: 'POST', url, headers, body }, scope);

    const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
    const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const names = 'content-type;host;x-amz-date;x-amz-security-token';
    const canonical = [
      'POST',
      '/model/a.b-v1%253A0/converse',
      '',
      'content-type:application/json',
      'host:bedrock-runtime.us-east-1.amazonaws.com',
      'x-amz-date:20150830T123600Z',
      'x-amz-security-token:token',
      '',
      names,
      sha256(body),
    ].join('\n');
    const place = '20150830/us-east-1/bedrock/aws4_request';
    const key = place.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
    const signature = hmac(key, ['AWS4-HMAC-SHA256', '20150830T123600Z', place, sha256(canonical)].join('\n'));
    expect(signed).toEqual({
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${place}, SignedHeaders=${names}, Signature=${signature.toString('hex')}`,
      'x-amz-date': '20150830T123600Z',
      'x-amz-security-token': 'token',
    });
  });
});
