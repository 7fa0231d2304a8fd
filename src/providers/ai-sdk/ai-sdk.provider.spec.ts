import {
  APICallError,
  type LanguageModelV2,
  type LanguageModelV3,
  type LanguageModelV4,
  type LanguageModelV4StreamPart,
  LoadAPIKeyError,
  NoSuchModelError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import { AiSdkProvider } from './ai-sdk.provider.js';
import { callConnectMs } from './guarded-fetch.js';

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

const base = { provider: 'acme', modelId: 'm', supportedUrls: {} };
const unused = (): never => {
  throw new Error('not asked for');
};

function providerOf(model: LanguageModelV2 | LanguageModelV3 | LanguageModelV4): AiSdkProvider {
  return new AiSdkProvider({ name: 'acme', models: undefined, load: async () => ({ languageModel: () => model }) });
}

interface Call {
  readonly body?: object;
  readonly stream?: boolean;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly connectMs?: number | undefined;
}

async function send(
  provider: AiSdkProvider,
  { body = { prompt: [] }, stream = false, headers = {}, signal, connectMs }: Call = {},
) {
  const { body: answer } = await provider.send({
    operation: 'generate',
    dialect: 'ai-sdk',
    model: 'm',
    body: Buffer.from(JSON.stringify(body)),
    stream,
    headers,
    connectMs,
    signal: signal ?? new AbortController().signal,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The options that a model is called with. */
async function optionsFor(specificationVersion: 'v2' | 'v3' | 'v4', body: object): Promise<unknown> {
  let seen: unknown;
  const model = {
    ...base,
    specificationVersion,
    doGenerate: async (options: object) => {
      seen = options;
      return { content: [], finishReason: 'stop', usage, warnings: [] };
    },
    doStream: unused,
  };
  await send(providerOf(model as unknown as LanguageModelV4), { body });
  return seen;
}

function failing(error: unknown): AiSdkProvider {
  const doGenerate = async (): Promise<never> => {
    throw error;
  };
  return providerOf({ ...base, specificationVersion: 'v4', doGenerate, doStream: unused });
}

function streaming(...parts: readonly LanguageModelV4StreamPart[]): AiSdkProvider {
  const doStream = async () => ({ stream: ReadableStream.from(parts) });
  return providerOf({ ...base, specificationVersion: 'v4', doGenerate: unused, doStream });
}

const files = {
  prompt: [
    { role: 'system', content: 'be brief' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'see' },
        { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } },
        { type: 'file', mediaType: 'image/*', data: { type: 'url', url: 'https://a.example/b' } },
        { type: 'file', mediaType: 'text/plain', data: { type: 'text', text: 'hi' } },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          toolCallId: 'c',
          toolName: 't',
          output: {
            type: 'content',
            value: [
              { type: 'text', text: 'got' },
              { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } },
              { type: 'file', mediaType: 'application/pdf', data: { type: 'url', url: 'https://a.example/c' } },
            ],
          },
        },
      ],
    },
  ],
};

describe('AiSdkProvider', () => {
  it('gives a model of V4 its files as V4 has them', async () => {
    expect(await optionsFor('v4', files)).toMatchObject({
      prompt: [
        { role: 'system', content: 'be brief' },
        {
          content: [
            { text: 'see' },
            { data: { type: 'data', data: 'AA==' } },
            { data: { type: 'url', url: new URL('https://a.example/b') } },
            { data: { type: 'text', text: 'hi' } },
          ],
        },
        { content: [{ output: { value: [{}, {}, { data: { type: 'url', url: new URL('https://a.example/c') } }] } }] },
      ],
    });
  });

  it.each([7, undefined])('lets its package’s requests know of %s as the time to connect in', async (connectMs) => {
    const seen: unknown[] = [];
    const doGenerate = async () => {
      seen.push(callConnectMs.getStore());
      return { content: [], finishReason: { unified: 'stop', raw: undefined } as const, usage, warnings: [] };
    };
    await send(providerOf({ ...base, specificationVersion: 'v4', doGenerate, doStream: unused }), { connectMs });
    expect(seen).toEqual([connectMs]);
  });

  it.each(['v2', 'v3', 'v4'] as const)(
    'tells the caller of an address that is none, at a model of %s',
    async (version) => {
      const file = { type: 'file', mediaType: 'image/*', data: { type: 'url', url: 'a picture' } };
      const asked = optionsFor(version, { prompt: [{ role: 'user', content: [file] }] });
      await expect(asked).rejects.toMatchObject({ kind: 'invalid_request', status: 400 });
    },
  );

  it.each([
    ['v3', { type: 'image-data', data: 'AA==', mediaType: 'image/png' }],
    ['v2', { type: 'media', data: 'AA==', mediaType: 'image/png' }],
  ] as const)('gives a model of %s its files as that version has them', async (version, inResult) => {
    expect(await optionsFor(version, files)).toMatchObject({
      prompt: [
        {},
        {
          content: [
            { text: 'see' },
            { type: 'file', data: 'AA==' },
            { type: 'file', data: new URL('https://a.example/b') },
            { type: 'file', data: Buffer.from('hi').toString('base64') },
          ],
        },
        {
          content: [
            { output: { value: [{ text: 'got' }, inResult, { type: 'file-url', url: 'https://a.example/c' }] } },
          ],
        },
      ],
    });
  });

  it('sends the trace on and none of the headers that were written for another vendor', async () => {
    let seen: unknown;
    const doGenerate: LanguageModelV4['doGenerate'] = async ({ headers }) => {
      seen = headers;
      return { content: [], finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] };
    };
    const headers = { traceparent: '00-1', tracestate: 'a=b', 'anthropic-version': '2023-06-01', 'user-agent': 'x' };
    await send(providerOf({ ...base, specificationVersion: 'v4', doGenerate, doStream: unused }), { headers });
    expect(seen).toEqual({ traceparent: '00-1', tracestate: 'a=b' });
  });

  it('gives the answer and nothing of the HTTP exchange', async () => {
    const doGenerate: LanguageModelV4['doGenerate'] = async () => ({
      content: [{ type: 'file', mediaType: 'image/png', data: { type: 'data', data: new Uint8Array([0, 255]) } }],
      finishReason: { unified: 'stop', raw: 'stop' },
      usage,
      warnings: [],
      request: { body: 'the prompt' },
      response: { id: 'r1', timestamp: new Date(0), headers: { 'set-cookie': 'x' }, body: 'the answer' },
    });
    const text = await send(providerOf({ ...base, specificationVersion: 'v4', doGenerate, doStream: unused }));
    expect(JSON.parse(text)).toEqual({
      content: [{ type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AP8=' } }],
      finishReason: { unified: 'stop', raw: 'stop' },
      usage,
      warnings: [],
      response: { id: 'r1', timestamp: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('streams the parts as events, files as base64 and without the vendor’s raw ones', async () => {
    const text = await send(
      streaming(
        { type: 'raw', rawValue: { big: 1 } },
        { type: 'file', mediaType: 'image/png', data: { type: 'data', data: new Uint8Array([0, 255]) } },
      ),
      { stream: true },
    );
    expect(text).toBe('data: {"type":"file","mediaType":"image/png","data":{"type":"data","data":"AP8="}}\n\n');
  });

  it('streams an error without the request that the package keeps in it', async () => {
    const error = new APICallError({
      message: 'busy',
      url: 'https://a.example',
      requestBodyValues: { prompt: 'secret' },
      statusCode: 529,
      data: { error: { type: 'overloaded_error', code: 'c' } },
    });
    const text = await send(streaming({ type: 'error', error }, { type: 'error', error: 'odd' }), { stream: true });
    expect(text.match(/\{.*\}/g)?.map((data): unknown => JSON.parse(data))).toEqual([
      { type: 'error', error: { message: 'busy', type: 'overloaded_error', code: 'c', statusCode: 529 } },
      { type: 'error', error: { message: 'odd' } },
    ]);
  });

  it('breaks off a stream whose package reports a broken connection as a part', async () => {
    const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    const sent = send(streaming({ type: 'error', error: new TypeError('terminated', { cause }) }), { stream: true });
    await expect(sent).rejects.toMatchObject({ failure: { reason: 'network' } });
  });

  it('hands on the vendor’s status, words and wish to wait', async () => {
    const error = new APICallError({
      message: 'slow down',
      url: 'https://a.example',
      requestBodyValues: { prompt: 'secret' },
      statusCode: 429,
      responseHeaders: { 'Retry-After': '2' },
      responseBody: '{"error":{"message":"slow down"}}',
    });
    const sent: unknown = await send(failing(error)).catch((reason: unknown) => reason);
    expect(sent).toBeInstanceOf(UpstreamError);
    const body = Buffer.from('{"error":{"message":"slow down"}}');
    expect(sent).toMatchObject({ failure: { reason: 'status', status: 429, body, retryAfterMs: 2000 } });
    expect(sent).not.toHaveProperty('cause.requestBodyValues');
  });

  it.each<[Error, number]>([
    [new UnsupportedFunctionalityError({ functionality: 'images' }), 400],
    [new LoadAPIKeyError({ message: 'no key' }), 401],
    [new NoSuchModelError({ modelId: 'm', modelType: 'languageModel' }), 404],
  ])('gives a refusal of the package the status that its vendor would give: %s', async (error, status) => {
    const body = Buffer.from(JSON.stringify({ error: { message: error.message } }));
    await expect(send(failing(error))).rejects.toMatchObject({ failure: { reason: 'status', status, body } });
  });

  it('knows the status of an error that the vendor wrote into a good answer', async () => {
    const data = { message: 'poor', code: 402 };
    const error = new APICallError({ message: 'poor', url: '', requestBodyValues: {}, statusCode: 200, data });
    const body = Buffer.from(JSON.stringify({ error: data }));
    await expect(send(failing(error))).rejects.toMatchObject({ failure: { reason: 'status', status: 402, body } });
  });

  it.each([
    [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'network'],
    [Object.assign(new Error('x'), { code: 'ERR_FORBIDDEN_ADDRESS' }), 'forbidden_address'],
    [new APICallError({ message: 'not JSON', url: '', requestBodyValues: {}, statusCode: 200 }), 'invalid_reply'],
    [new TypeError('x is not a function'), 'invalid_reply'],
    ['odd', 'invalid_reply'],
  ])('knows what kind of failure this is: %s', async (error, reason) => {
    await expect(send(failing(error))).rejects.toMatchObject({ failure: { reason } });
  });

  it('rejects with the signal’s reason, whatever the package does with the signal', async () => {
    const controller = new AbortController();
    const doGenerate = () => new Promise<never>(() => {});
    const stubborn = providerOf({ ...base, specificationVersion: 'v4', doGenerate, doStream: unused });
    const reason = new Error('the client has left');
    const sent = send(stubborn, { signal: controller.signal });
    controller.abort(reason);
    await expect(sent).rejects.toBe(reason);
  });

  it('cancels a stream that nobody reads to its end', async () => {
    const cancelled = Promise.withResolvers<void>();
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      pull: (controller) => controller.enqueue({ type: 'text-delta', id: '0', delta: 'a' }),
      cancel: () => cancelled.resolve(),
    });
    const doStream = async () => ({ stream });
    const endless = providerOf({ ...base, specificationVersion: 'v4', doGenerate: unused, doStream });
    const { signal } = new AbortController();
    const call = { operation: 'generate', dialect: 'ai-sdk', model: 'm', stream: true, headers: {}, signal } as const;
    const { body } = await endless.send({ ...call, body: Buffer.from('{"prompt":[]}') });
    for await (const chunk of body) if (chunk.length > 0) break;
    await expect(cancelled.promise).resolves.toBeUndefined();
  });

  it('loads its package with the first call, and again until that has worked', async () => {
    const model = streaming({ type: 'ping' });
    let loads = 0;
    const provider = new AiSdkProvider({
      name: 'acme',
      models: ['a'],
      load: async () => {
        loads++;
        if (loads === 1) throw new Error('not today');
        return () => ({ ...base, specificationVersion: 'v4', doGenerate: unused, doStream: unused });
      },
    });
    expect(loads).toBe(0);
    await expect(send(provider)).rejects.toThrow('acme');
    await expect(send(provider)).rejects.toThrow('acme');
    await expect(send(provider)).rejects.toThrow('acme');
    expect(loads).toBe(2);
    await expect(provider.listModels()).resolves.toEqual(['a']);
    await expect(model.listModels()).resolves.toEqual([]);
  });
});
