import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentSettings } from '../../config/environment.js';
import { Settings } from '../../config/load-settings.js';
import { FileSettings, ProviderSettings } from '../../config/settings.js';
import type { ProviderCall, ProviderReply } from '../provider.js';
import { Transport } from '../transport.js';
import { BedrockModule } from './bedrock.module.js';

const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const PATH = '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0';
const keys = { region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 's' };

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

async function textOf({ body }: ProviderReply): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('BedrockProvider', () => {
  const transport = new Transport(new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []));
  const vendor = new BedrockModule.vendor(transport);
  let server: Server;
  let baseUrl = '';
  let seen: IncomingMessage | undefined;
  let answer: (response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen = request;
      request.resume().on('end', () => answer(response));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answer = (response) => void response.end('{"output":{}}');
  });
  afterAll(async () => {
    await transport.onApplicationShutdown();
    server.closeAllConnections();
    server.close();
  });

  function provider(settings: Partial<ProviderSettings> = keys) {
    const all = Object.assign(new ProviderSettings(), { baseUrl, allowPrivateNetwork: true }, settings);
    return vendor.create('aws', all);
  }

  function call(rest: Partial<ProviderCall> = {}): ProviderCall {
    return {
      operation: 'generate',
      dialect: 'bedrock-converse',
      model: MODEL,
      body: Buffer.from('{"messages":[]}'),
      stream: false,
      headers: { traceparent: '00-1' },
      signal: new AbortController().signal,
      ...rest,
    };
  }

  it('asks for an answer, signed', async () => {
    expect(await textOf(await provider().send(call()))).toBe('{"output":{}}');
    expect(seen?.method).toBe('POST');
    expect(seen?.url).toBe(`${PATH}/converse`);
    expect(seen?.headers).toMatchObject({
      traceparent: '00-1',
      'content-type': 'application/json',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
      ),
    });
  });

  it('asks for a stream and hands it on as it comes', async () => {
    answer = (response) => {
      response.write('one');
      setImmediate(() => response.end('two'));
    };
    expect(await textOf(await provider().send(call({ stream: true })))).toBe('onetwo');
    expect(seen?.url).toBe(`${PATH}/converse-stream`);
  });

  it('connects in the time of the call', async () => {
    const pool = vi.spyOn(transport, 'pool');
    await provider().send(call({ connectMs: 7_000 }));
    expect(pool).toHaveBeenLastCalledWith(true, 7_000);
    pool.mockRestore();
  });

  it('sends a Bedrock API key instead of a signature', async () => {
    await provider({ region: 'eu-central-1', apiKey: 'abc' }).send(call());
    expect(seen?.headers.authorization).toBe('Bearer abc');
    expect(seen?.headers).not.toHaveProperty('x-amz-date');
  });

  it('keeps the model of a request inside its part of the path', async () => {
    await provider().send(call({ model: '../../secrets?x=1' }));
    expect(seen?.url).toBe('/model/..%2F..%2Fsecrets%3Fx%3D1/converse');
  });

  it.each([true, false])('hands on status, words and pause of a refusal, streaming: %s', async (stream) => {
    answer = (response) => void response.writeHead(429, { 'retry-after': '2' }).end('{"message":"Slow down."}');
    const failure = await failureOf(provider().send(call({ stream })));
    expect(failure).toMatchObject({ isRetryable: true, retryAfterMs: 2_000, failure: { status: 429 } });
    expect(String((failure as { failure: { body: Uint8Array } }).failure.body)).toBe('{"message":"Slow down."}');
  });

  it('ends with the caller’s signal', async () => {
    const caller = new AbortController();
    const left = new Error('the client left');
    answer = () => caller.abort(left);
    expect(await failureOf(provider().send(call({ signal: caller.signal })))).toBe(left);
  });

  it('lists the models that can be called by their id and write text', async () => {
    const summary = { inferenceTypesSupported: ['ON_DEMAND'], outputModalities: ['TEXT'] };
    const modelSummaries = [
      { ...summary, modelId: 'amazon.nova-lite-v1:0' },
      { ...summary, modelId: 'anthropic.claude-opus-5', inferenceTypesSupported: ['INFERENCE_PROFILE'] },
      { ...summary, modelId: 'amazon.titan-embed-text-v2:0', outputModalities: ['EMBEDDING'] },
      { ...summary, modelId: 7 },
    ];
    answer = (response) => void response.end(JSON.stringify({ modelSummaries }));
    const { signal } = new AbortController();
    expect(await provider().listModels(signal)).toEqual(['amazon.nova-lite-v1:0']);
    expect(seen?.url).toBe('/foundation-models');
    expect(seen?.headers.authorization).toContain('/eu-central-1/bedrock/aws4_request');
    expect(await provider({ ...keys, models: ['mine'] }).listModels(signal)).toEqual(['mine']);
    answer = (response) => void response.end('<html>');
    expect(await failureOf(provider().listModels(signal))).toMatchObject({ failure: { reason: 'invalid_reply' } });
  });

  it.each([
    [{}, 'providers.aws.region: found nothing'],
    [{ region: 'us-east-1', accessKeyId: 'AKIA' }, 'providers.aws.secretAccessKey: found nothing'],
  ])('does not start with %j', (settings, fault) => {
    expect(() => provider(settings)).toThrow(fault);
  });

  it('is at the region’s own hosts unless told otherwise', () => {
    const hosts: string[] = [];
    const client = transport.client.bind(transport);
    const recording = {
      client: (options: Parameters<typeof client>[0]) => (hosts.push(options.baseUrl), client(options)),
    };
    new BedrockModule.vendor(recording as Transport).create('aws', Object.assign(new ProviderSettings(), keys));
    expect(hosts).toEqual([
      'https://bedrock-runtime.eu-central-1.amazonaws.com',
      'https://bedrock.eu-central-1.amazonaws.com',
    ]);
  });
});
