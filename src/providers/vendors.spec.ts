import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingsOf } from '../../test/support/recordings.js';
import { VendorAccounts, httpVendors, serviceAccount } from '../../test/support/vendor-accounts.js';
import type { ProviderSettings } from '../config/settings.js';
import type { Provider, ProviderCall } from './provider.js';

interface Seen {
  readonly request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>;
  readonly body: string;
}

/** A vendor at a local address: it notes what it is asked and answers from `answers` by path. */
const seen: Seen[] = [];
const answers: Record<string, string> = { '/token': '{"access_token":"ya29.a","expires_in":3600}' };
let server: Server;
let url = '';
const accounts = new VendorAccounts();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  seen.push({ request, body: body.toString() });
  response.end(answers[request.url ?? ''] ?? '{}');
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await accounts.close();
  server.close();
});

const { signal } = new AbortController();

async function sent(to: Provider, call: Partial<ProviderCall>): Promise<Seen> {
  seen.length = 0;
  const given = { ...chat, headers: {}, ...call };
  const { body } = to.adapt(given.body, given);
  const reply = await to.send({ ...given, body });
  for await (const _ of reply.body);
  const last = seen.at(-1);
  if (!last) throw new Error('nothing was sent');
  return last;
}

const BODY = '{"model":"m","messages":[{"role":"user","content":"Hi"}]}';
const chat: ProviderCall = {
  operation: 'generate',
  dialect: 'openai-chat',
  model: 'm',
  body: Buffer.from(BODY),
  stream: false,
  headers: {},
  signal,
};
const stream = { stream: true };
const embed = { operation: 'embed' } as const;
const count = { operation: 'count-tokens' } as const;
const responses = { dialect: 'openai-responses' } as const;
const messages = { dialect: 'anthropic-messages' } as const;
const gemini = { dialect: 'gemini', body: Buffer.from('{"contents":[{"role":"user","parts":[]}]}') } as const;

const bearer = { authorization: 'Bearer sk-1' };
const V1 = '/projects/acme/locations/global/publishers';

interface Row {
  readonly type: string;
  /** After the server's own address. */
  readonly base: string;
  readonly settings?: Partial<ProviderSettings>;
  readonly call?: Partial<ProviderCall>;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const chatVendors: readonly Row[] = httpVendors
  .filter((type) => !['anthropic', 'gemini', 'azure-openai', 'vertex'].includes(type))
  .map((type) => ({ type, base: '/v1', path: '/v1/chat/completions', headers: bearer }));

const rows: readonly Row[] = [
  ...chatVendors,
  { type: 'openai', base: '/v1', call: responses, path: '/v1/responses', headers: bearer },
  { type: 'openai', base: '/v1', call: embed, path: '/v1/embeddings', headers: bearer },
  { type: 'mistral', base: '/v1', call: embed, path: '/v1/embeddings', headers: bearer },
  {
    type: 'vllm',
    base: '/v1',
    settings: { dialect: 'openai-responses' },
    call: responses,
    path: '/v1/responses',
    headers: bearer,
  },
  {
    type: 'anthropic',
    base: '',
    call: messages,
    path: '/v1/messages',
    headers: { 'x-api-key': 'sk-1', 'anthropic-version': '2023-06-01' },
  },
  {
    type: 'anthropic',
    base: '/v1',
    call: { ...messages, ...count },
    path: '/v1/messages/count_tokens',
    headers: { 'x-api-key': 'sk-1' },
  },
  {
    type: 'anthropic',
    base: '',
    call: { ...messages, headers: { 'anthropic-version': '2026-10-21' } },
    path: '/v1/messages',
    headers: { 'anthropic-version': '2026-10-21' },
  },
  {
    type: 'gemini',
    base: '',
    call: gemini,
    path: '/v1beta/models/m:generateContent',
    headers: { 'x-goog-api-key': 'sk-1' },
  },
  {
    type: 'gemini',
    base: '/v1',
    call: { ...gemini, ...stream },
    path: '/v1/models/m:streamGenerateContent?alt=sse',
    headers: {},
  },
  { type: 'gemini', base: '/v1beta', call: { ...gemini, ...count }, path: '/v1beta/models/m:countTokens', headers: {} },
  { type: 'gemini', base: '', call: { ...gemini, ...embed }, path: '/v1beta/models/m:batchEmbedContents', headers: {} },
  {
    type: 'gemini',
    base: '',
    call: { ...gemini, model: 'tunedModels/a' },
    path: '/v1beta/tunedModels/a:generateContent',
    headers: {},
  },
  {
    type: 'gemini',
    base: '',
    call: { ...gemini, model: '../a' },
    path: '/v1beta/models/..%2Fa:generateContent',
    headers: {},
  },
  { type: 'azure-openai', base: '', call: responses, path: '/openai/v1/responses', headers: { 'api-key': 'sk-1' } },
  { type: 'azure-openai', base: '/openai/v1/', path: '/openai/v1/chat/completions', headers: { 'api-key': 'sk-1' } },
  { type: 'azure-openai', base: '/openai', call: embed, path: '/openai/v1/embeddings', headers: { 'api-key': 'sk-1' } },
  {
    type: 'azure-openai',
    base: '',
    settings: { apiVersion: '2024-10-21' },
    path: '/openai/deployments/m/chat/completions?api-version=2024-10-21',
    headers: { 'api-key': 'sk-1' },
  },
  {
    type: 'azure-openai',
    base: '',
    settings: { apiVersion: '2024-10-21' },
    call: { ...embed, model: '../x' },
    path: '/openai/deployments/..%2Fx/embeddings?api-version=2024-10-21',
    headers: {},
  },
  {
    type: 'vertex',
    base: '',
    call: gemini,
    path: `/v1${V1}/google/models/m:generateContent`,
    headers: { authorization: 'Bearer ya29.a' },
  },
  {
    type: 'vertex',
    base: '/v1beta1',
    call: { ...gemini, ...stream },
    path: `/v1beta1${V1}/google/models/m:streamGenerateContent?alt=sse`,
    headers: {},
  },
  {
    type: 'vertex',
    base: '',
    call: { ...gemini, ...count },
    path: `/v1${V1}/google/models/m:countTokens`,
    headers: {},
  },
  {
    type: 'vertex',
    base: '',
    call: { ...messages, model: 'claude-a@1' },
    path: `/v1${V1}/anthropic/models/claude-a@1:rawPredict`,
    headers: {},
  },
  {
    type: 'vertex',
    base: '',
    call: { ...messages, ...stream, model: 'claude-a@1' },
    path: `/v1${V1}/anthropic/models/claude-a@1:streamRawPredict`,
    headers: { authorization: 'Bearer ya29.a' },
  },
  {
    type: 'vertex',
    base: '',
    settings: { project: 'other', location: 'europe-west4' },
    call: { ...messages, ...count, model: 'claude-a@1' },
    path: '/v1/projects/other/locations/europe-west4/publishers/anthropic/models/count-tokens:rawPredict',
    headers: {},
  },
];

function create({ type, base, settings = {} }: Pick<Row, 'type' | 'base' | 'settings'>): Promise<Provider> {
  const account = type === 'vertex' ? { credentials: serviceAccount(`${url}/token`) } : { apiKey: 'sk-1' };
  return accounts.create(type, { ...account, baseUrl: `${url}${base}`, allowPrivateNetwork: true, ...settings });
}

describe('a call to a vendor', () => {
  it('is tested for every vendor that is called over HTTP here', () => {
    expect(new Set(rows.map(({ type }) => type))).toEqual(new Set(httpVendors));
  });

  it.each(rows)('of the type $type arrives at $path', async (row) => {
    const { request, body } = await sent(await create(row), row.call ?? {});
    expect(`${request.method} ${request.url}`).toBe(`POST ${row.path}`);
    expect(request.headers).toMatchObject({ 'content-type': 'application/json', ...row.headers });
    expect(() => JSON.parse(body) as unknown).not.toThrow();
  });

  it.each(rows)('of the type $type at $path carries the headers that the gateway lets through', async (row) => {
    const headers = { 'anthropic-beta': 'a', 'openai-beta': 'b', 'x-stainless-lang': 'c', 'user-agent': 'sdk/1' };
    const { request } = await sent(await create(row), { ...row.call, headers });
    expect(request.headers).toMatchObject(headers);
  });
});

describe('the body of a call', () => {
  const wish = '"seed":7,"user":"u","n":2,"tools":[{"type":"function"}],"max_completion_tokens":5,"logit_bias":{"1":2}';
  const asked = `{"model":"m",${wish},"messages":[{"role":"developer","name":"A","content":"Hi"}]}`;
  const lines = {
    mistral:
      '{"model":"m","random_seed":7,"n":2,"tools":[{"type":"function"}],"max_tokens":5,"messages":[{"role":"system","content":"Hi"}]}',
    groq: '{"model":"m","seed":7,"user":"u","tools":[{"type":"function"}],"max_completion_tokens":5,"messages":[{"role":"developer","content":"Hi"}]}',
    deepseek: asked.replace('max_completion_tokens', 'max_tokens').replace('developer', 'system'),
    cerebras: asked.replace(',"logit_bias":{"1":2}', '').replace('developer', 'system'),
    perplexity: asked
      .replace('"tools":[{"type":"function"}],', '')
      .replace('max_completion_tokens', 'max_tokens')
      .replace('developer', 'system'),
    cohere: asked
      .replace('"n":2,', '')
      .replace(',"logit_bias":{"1":2}', '')
      .replace('max_completion_tokens', 'max_tokens'),
  };

  it.each(Object.entries(lines))('is what %s takes', async (type, expected) => {
    const { body } = await sent(await create({ type, base: '' }), { body: Buffer.from(asked) });
    expect(body).toBe(expected);
  });

  it('names what one vendor refuses', async () => {
    const { dropped } = (await create({ type: 'mistral', base: '' })).adapt(Buffer.from(asked), chat);
    expect(dropped).toEqual(['user', 'logit_bias', 'message_name']);
  });

  it.each(httpVendors.filter((type) => !Object.keys(lines).includes(type)))('goes to %s as it is', async (type) => {
    const body = Buffer.from(asked);
    expect((await create({ type, base: '' })).adapt(body, chat)).toEqual({ body, dropped: [] });
  });

  it.skipIf(recordingsOf('mistral-chat').length === 0).each(['mistral', 'groq', 'deepseek', 'openrouter'])(
    'that %s has taken before goes to it as it is',
    async (type) => {
      const vendor = await create({ type, base: '' });
      for (const { requestBody, streamed: stream } of recordingsOf(`${type}-chat`)) {
        const body = Buffer.from(JSON.stringify(requestBody));
        expect(vendor.adapt(body, { dialect: 'openai-chat', stream }).body.toString()).toBe(body.toString());
      }
    },
  );

  it.each([
    ['mistral', '{"input":"a","output_dimension":8}', ['user']],
    ['cohere', '{"input":"a"}', ['dimensions', 'user']],
    ['together', '{"input":"a","dimensions":8,"user":"u"}', []],
  ])('for embeddings is what %s takes', async (type, expected, dropped) => {
    const body = Buffer.from('{"input":"a","dimensions":8,"user":"u"}');
    const adapted = (await create({ type, base: '' })).adapt(body, { ...chat, ...embed });
    expect({ ...adapted, body: adapted.body.toString() }).toEqual({ body: expected, dropped });
  });

  it('in another dialect is not looked into', async () => {
    const body = Buffer.from(asked);
    const mistral = await create({ type: 'mistral', base: '', settings: { dialect: 'openai-responses' } });
    expect(mistral.adapt(body, { dialect: 'openai-responses', stream: false }).body).toBe(body);
  });

  it('for Claude at Vertex has the version and not the model', async () => {
    const vertex = await create({ type: 'vertex', base: '' });
    const claude = { ...messages, model: 'claude-a' };
    expect((await sent(vertex, claude)).body).toBe(
      '{"anthropic_version":"vertex-2023-10-16","messages":[{"role":"user","content":"Hi"}]}',
    );
    expect((await sent(vertex, { ...claude, ...count })).body).toBe(
      '{"anthropic_version":"vertex-2023-10-16","model":"m","messages":[{"role":"user","content":"Hi"}]}',
    );
  });
});

describe('the models of a vendor', () => {
  const listed = '{"data":[{"id":"a"},{"id":"b"}]}';
  const geminiList = JSON.stringify({
    models: [
      { name: 'models/a', supportedGenerationMethods: ['generateContent'] },
      { name: 'models/b', supportedGenerationMethods: ['embedContent'] },
      { name: 'models/imagen', supportedGenerationMethods: ['predict'] },
      { name: 'models/none' },
    ],
  });

  it.each([
    ['openai', '/models', listed],
    ['groq', '/models', listed],
    ['together', '/models', '[{"id":"a"},{"id":"b"}]'],
    ['anthropic', '/v1/models?limit=1000', listed],
    ['gemini', '/v1beta/models?pageSize=1000', geminiList],
  ])('%s are asked for at %s', async (type, path, answer) => {
    answers[path] = answer;
    const vendor = await create({ type, base: '' });
    seen.length = 0;
    expect(await vendor.listModels(signal)).toEqual(['a', 'b']);
    expect(seen.map(({ request }) => `${request.method} ${request.url}`)).toEqual([`GET ${path}`]);
  });

  it.each(['perplexity', 'cohere', 'azure-openai', 'vertex'])('%s are those of the settings', async (type) => {
    seen.length = 0;
    expect(await (await create({ type, base: '' })).listModels(signal)).toEqual([]);
    const told = await create({ type, base: '', settings: { models: ['a'] } });
    expect(await told.listModels(signal)).toEqual(['a']);
    expect(seen).toEqual([]);
  });
});
