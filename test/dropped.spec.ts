import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reply, stream } from './support/answers.js';
import { startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({ settings: { providers: { vendor: vendor.settings } } });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

/** An Anthropic client's request, with two things that chat completions cannot say. */
function ask(model: string, fields: object = {}): object {
  const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
  return { model, max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }], top_k: 5, tools, ...fields };
}

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('what a translation cannot carry over', () => {
  test('is named, and the rest is answered', async () => {
    const model = vendor.model(reply({ content: 'Hello' }));
    const response = await post('/v1/messages', ask(model.name));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-dropped')?.split(', ').toSorted()).toEqual(['tools.web_search', 'top_k']);
    expect(await response.json()).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Hello' }] });
    const sent: unknown = JSON.parse(model.calls[0]?.body.toString() ?? '');
    expect(sent).not.toHaveProperty('top_k');
    expect(sent).not.toHaveProperty('tools');
  });

  test('is named in a stream’s headers', async () => {
    const chunk =
      '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}';
    const model = vendor.model(stream([`data: ${chunk}\n\n`, 'data: [DONE]\n\n']));
    const response = await post('/v1/messages', ask(model.name, { stream: true }));
    expect(response.headers.get('x-gateway-dropped')).toContain('top_k');
    expect(await response.text()).toMatch(/event: message_stop\n/);
  });

  test('is refused where the caller would rather have no answer, and no vendor is called', async () => {
    const model = vendor.model(reply());
    const response = await post('/v1/messages', ask(model.name), { 'x-gateway-unsupported': 'reject' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('top_k') },
    });
    expect(model.calls).toEqual([]);
  });

  test('makes a caller who refuses it go to a target that loses nothing', async () => {
    const lossless = vendor.model(reply());
    const own = await startGateway({
      settings: {
        providers: { vendor: vendor.settings, strict: { ...vendor.settings, type: 'mistral' } },
        models: {
          both: {
            targets: [
              { provider: 'strict', model: 'x' },
              { provider: 'vendor', model: lossless.id },
            ],
          },
        },
      },
    });
    try {
      const response = await fetch(`${own.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-gateway-unsupported': 'reject' },
        body: JSON.stringify({ model: 'both', messages: [{ role: 'user', content: 'Hi' }], logit_bias: { '1': 2 } }),
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-gateway-provider')).toBe('vendor');
      expect(response.headers.get('x-gateway-dropped')).toBeNull();
    } finally {
      await own.stop();
    }
  });

  test('does not keep the gateway from counting a prompt that it counts itself', async () => {
    const { max_tokens: _, ...counted } = ask(vendor.model(reply()).name) as Record<string, unknown>;
    const response = await post('/v1/messages/count_tokens', counted, { 'x-gateway-unsupported': 'reject' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-token-count')).toBe('estimated');
  });

  test('has a wish of two words: drop and reject', async () => {
    const model = vendor.model(reply());
    const response = await post('/v1/messages', ask(model.name), { 'x-gateway-unsupported': 'maybe' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('x-gateway-unsupported') },
    });
  });

  test('is nothing where both sides speak the same dialect', async () => {
    const model = vendor.model(reply());
    const body = { model: model.name, messages: [{ role: 'user', content: 'Hi' }], top_k: 5, unknown_field: 1 };
    const response = await post('/v1/chat/completions', body, { 'x-gateway-unsupported': 'reject' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-dropped')).toBeNull();
    expect(JSON.parse(model.calls[0]?.body.toString() ?? '')).toMatchObject({ top_k: 5, unknown_field: 1 });
  });
});

describe('errors before a controller', () => {
  test.each([
    ['/v1/messages', { type: 'error', error: { type: 'invalid_request_error' } }],
    ['/v1beta/models/simulated/echo:generateContent', { error: { code: 400, status: 'INVALID_ARGUMENT' } }],
    ['/v1/responses', { error: { type: 'invalid_request_error', code: 'invalid_request_error', param: 'model' } }],
  ])('have the shape of the dialect of %s', async (path, body) => {
    const response = await post(path, {});
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject(body);
  });

  test('name the request for an Anthropic client', async () => {
    const response = await post('/v1/messages', {});
    const { request_id: id } = (await response.json()) as { request_id: string };
    expect(response.headers.get('request-id') ?? response.headers.get('x-request-id')).toBe(id);
  });
});
