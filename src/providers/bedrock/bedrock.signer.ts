import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from './bedrock.credentials.js';

const PAYLOAD_HASH = 'x-amz-content-sha256';

export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** Those that the signature is to cover besides the host, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface SigningScope {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly at: Date;
}

/**
 * The headers that prove who sends a request, by Signature Version 4.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export async function signatureHeaders(
  { method, url, headers, body }: SignedRequest,
  { credentials, region, service, at }: SigningScope,
): Promise<Readonly<Record<string, string>>> {
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
  // The body is hashed here: the signer's own hash is JavaScript, and a body of many megabytes would stop the process.
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host, [PAYLOAD_HASH]: payloadHash },
  };
  const signed = await signer.sign(request, { signingDate: at, unsignableHeaders: new Set([PAYLOAD_HASH]) });
  const names = ['authorization', 'x-amz-date', 'x-amz-security-token'];
  return Object.fromEntries(names.flatMap((name) => (signed.headers[name] ? [[name, signed.headers[name]]] : [])));
}
