import { afterAll, beforeAll, expect, test } from 'vitest';
import { postChat } from './support/chat-client.js';
import { startGateway, type Gateway } from './support/gateway.js';
import { offeredBodies, type OpenApiDocument } from './support/openapi-sample.js';

let gateway: Gateway;
let document: OpenApiDocument;

beforeAll(async () => {
  gateway = await startGateway();
  document = (await (await fetch(`${gateway.url}/docs-json`)).json()) as OpenApiDocument;
});
afterAll(() => gateway.stop());

test('/docs shows Swagger UI with everything that its page loads', async () => {
  const page = await fetch(`${gateway.url}/docs`);
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(html).toContain('swagger-ui');
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(assets.length).toBeGreaterThan(2);
  const urls = assets.map((asset) => new URL(asset, page.url));
  const statuses = await Promise.all(urls.map(async (url) => [url.href, (await fetch(url)).status]));
  expect(statuses).toEqual(urls.map((url) => [gateway.url + url.pathname, 200]));
});

test('/docs-json is an OpenAPI 3.1 document of the public endpoints', () => {
  const endpoints = [
    '/v1/chat/completions',
    '/v1/responses',
    '/v1/messages',
    '/v1/messages/count_tokens',
    '/v1beta/models/{modelAndAction}',
    '/v1/embeddings',
    '/v1/models',
    '/v1/models/{id}',
    '/health/live',
    '/health/ready',
  ];
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(endpoints));
});

test('"Try it out" calls the gateway that serves the page', () => {
  for (const { url } of document.servers ?? []) expect(new URL(url, gateway.url).origin).toBe(gateway.url);
});

test('every body that "Try it out" offers for a chat works at once against simulated/echo', async () => {
  const bodies = offeredBodies(document, '/v1/chat/completions');
  expect(bodies.length).toBeGreaterThan(0);
  for (const body of bodies) {
    expect(body).toMatchObject({ model: 'simulated/echo' });
    const response = await postChat(gateway, JSON.stringify(body));
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/"(?:chat\.completion|chat\.completion\.chunk)"/);
  }
});

test.each([
  ['/v1/responses', '/v1/responses', '"object":"response"'],
  ['/v1/messages', '/v1/messages', '"type":"message"'],
  ['/v1/messages/count_tokens', '/v1/messages/count_tokens', '"input_tokens"'],
  ['/v1/embeddings', '/v1/embeddings', '"embedding"'],
  ['/v1beta/models/{modelAndAction}', '/v1beta/models/simulated%2Fecho%3AgenerateContent', '"candidates"'],
  ['/v1/models/{modelAndAction}', '/v1/models/simulated%2Fecho%3AgenerateContent', '"candidates"'],
])('every body that "Try it out" offers for %s works at once', async (documented, path, answered) => {
  const bodies = offeredBodies(document, documented);
  expect(bodies.length).toBeGreaterThan(0);
  for (const body of bodies) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await response.text();
    expect({ status: response.status, text }).toEqual({ status: 200, text: expect.stringContaining(answered) });
  }
});

test('documents the fields of a chat request in words', () => {
  const described = JSON.stringify(document.components?.schemas ?? {});
  for (const field of ['messages', 'temperature', 'stream', 'tools', 'tool_choice', 'max_tokens']) {
    expect(described).toContain(`"${field}"`);
  }
});

test('every file of the documentation is part of a trace', async () => {
  for (const path of ['/docs', '/docs-json', '/docs/swagger-ui.css']) {
    const response = await fetch(`${gateway.url}${path}`);
    await response.arrayBuffer();
    expect(response.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  }
});
