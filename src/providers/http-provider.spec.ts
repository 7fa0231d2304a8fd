import { Readable } from 'node:stream';
import axios, { type AxiosAdapter } from 'axios';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../errors/upstream-error.js';
import { FORBIDDEN_ADDRESS } from './address-guard.js';
import type { ProviderCall } from './provider.js';
import { HttpProvider, type HttpProviderOptions } from './http-provider.js';
import { openAiListing, openAiPath } from './openai-api.js';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** An account whose socket the test answers on. */
function account(
  answer: (sent: Parameters<AxiosAdapter>[0]) => Answer,
  options: Partial<HttpProviderOptions> = {},
): HttpProvider {
  const adapter: AxiosAdapter = async (config) => {
    const { status = 200, headers = {}, body = '' } = answer(config);
    const bytes = Buffer.from(body);
    const data = config.responseType === 'stream' ? Readable.from([bytes]) : bytes;
    return { status, statusText: '', headers, data, config };
  };
  const client = axios.create({ adapter, validateStatus: null, transformRequest: [], transformResponse: [] });
  return new HttpProvider({
    name: 'openai',
    priceId: 'openai',
    client,
    speaks: ['openai-chat'],
    path: openAiPath,
    models: undefined,
    listing: openAiListing,
    ...options,
  });
}

const { signal } = new AbortController();
const call: ProviderCall = {
  operation: 'generate',
  dialect: 'openai-chat',
  model: 'gpt-4o',
  body: Buffer.from('{"a":1}'),
  stream: false,
  headers: { 'x-a': 'b' },
  signal,
};

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

describe('HttpProvider', () => {
  it.each([
    [true, 'text/event-stream'],
    [false, 'application/json'],
  ])('sends the body as it is and asks for the right form, streaming: %s', async (stream, accept) => {
    let sent: Parameters<AxiosAdapter>[0] | undefined;
    const provider = account((config) => {
      sent = config;
      return { body: '{"choices":[]}' };
    });
    const { body } = await provider.send({ ...call, stream, connectMs: 7 });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('{"choices":[]}');
    expect(sent).toMatchObject({ method: 'post', url: '/chat/completions', data: call.body, connectMs: 7 });
    expect(sent?.headers.get('accept')).toBe(accept);
    expect(sent?.headers.get('content-type')).toBe('application/json');
    expect(sent?.headers.get('x-a')).toBe('b');
  });

  it('sends the body and the headers that this vendor wants, before the caller’s', async () => {
    let sent: Parameters<AxiosAdapter>[0] | undefined;
    const provider = account(
      (config) => {
        sent = config;
        return { body: '{}' };
      },
      { headers: async ({ model }) => ({ 'x-a': model }), body: ({ body }) => Buffer.concat([body, Buffer.from(' ')]) },
    );
    await provider.send(call);
    expect(sent?.headers.get('x-a')).toBe('gpt-4o');
    expect(String(sent?.data)).toBe('{"a":1} ');
  });

  it('has of what it is not told the least', () => {
    const body = Buffer.from('{}');
    const provider = account(() => ({}));
    expect(provider).toMatchObject({ embeds: undefined, countsTokens: [], askForUsage: false });
    expect(provider.adapt(body, { dialect: 'openai-chat', stream: false })).toEqual({ body, dropped: [] });
  });

  it.each([true, false])('hands on status, words and pause of a vendor that refuses, streaming: %s', async (stream) => {
    const provider = account(() => ({ status: 429, headers: { 'retry-after': '2' }, body: '{"error":{}}' }));
    const failure = await failureOf(provider.send({ ...call, stream }));
    expect(failure).toBeInstanceOf(UpstreamError);
    expect(failure).toMatchObject({
      isRetryable: true,
      retryAfterMs: 2_000,
      failure: { reason: 'status', status: 429 },
    });
    expect(String((failure as { failure: { body: Uint8Array } }).failure.body)).toBe('{"error":{}}');
  });

  it.each([301, 304, 400, 401, 500])('takes %i for no answer', async (status) => {
    expect(await failureOf(account(() => ({ status })).send(call))).toMatchObject({
      failure: { reason: 'status', status },
    });
  });

  it.each([
    ['ECONNREFUSED', 'network'],
    ['ECONNRESET', 'network'],
    ['ENOTFOUND', 'network'],
    ['UND_ERR_SOCKET', 'network'],
    ['UND_ERR_CONNECT_TIMEOUT', 'network'],
    [FORBIDDEN_ADDRESS, 'forbidden_address'],
  ])('takes %s for a failure of the kind %s', async (code, reason) => {
    const cause = Object.assign(new Error('connect 10.0.0.7'), { code });
    const provider = account(() => {
      throw cause;
    });
    expect(await failureOf(provider.send(call))).toMatchObject({ failure: { reason }, cause });
  });

  it('ends with the caller’s reason when the caller has left', async () => {
    const left = new Error('the client left');
    const caller = new AbortController();
    const provider = account(() => {
      caller.abort(left);
      throw new Error('aborted');
    });
    expect(await failureOf(provider.send({ ...call, signal: caller.signal }))).toBe(left);
  });

  it('does not take a fault of the gateway’s own for one of the network, and try it again', async () => {
    const bug = new TypeError('x is not a function');
    const provider = account(() => {
      throw bug;
    });
    expect(await failureOf(provider.send(call))).toBe(bug);
  });
});

describe('the models of an account', () => {
  it('are those of the settings, where there are some: the vendor is not asked', async () => {
    const provider = account(() => ({ status: 500 }), { models: ['a', 'b'] });
    expect(await provider.listModels(signal)).toEqual(['a', 'b']);
  });

  it.each([
    ['{"object":"list","data":[{"id":"gpt-4o"},{"id":"o3","extra":1}]}', ['gpt-4o', 'o3']],
    ['{"data":[{"id":7},{},{"id":"a"}]}', ['a']],
    ['{"data":[]}', []],
    ['{}', []],
  ])('are read from %s', async (body, models) => {
    expect(await account(() => ({ body })).listModels(signal)).toEqual(models);
  });

  it('are none, where neither the settings nor the vendor says', async () => {
    expect(await account(() => ({ status: 500 }), { listing: undefined }).listModels(signal)).toEqual([]);
  });

  it.each(['<html>', '', '{"data":[null]}', '{"data":{}}', 'null', '{"data":"abc"}'])(
    'are not known from %j',
    async (body) => {
      const failure = await failureOf(account(() => ({ body })).listModels(signal));
      expect(failure).toMatchObject({ failure: { reason: 'invalid_reply' } });
    },
  );
});
