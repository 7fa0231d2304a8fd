import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reply, stream } from './support/answers.js';
import { keepAsking } from './support/at-once.js';
import { ask, askStream } from './support/chat-client.js';
import { wholeStream } from './support/chat-wire.js';
import { type FakeModel, startFakeVendor, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const CONNECTIONS = 256;
const FOR_MS = 5_000;
const LONGEST_MS = 15_000;

let vendor: FakeVendor;
let gateway: Gateway;
let clients: Agent;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: { limits: { requestsPerMinute: 1_000_000_000 }, providers: { vendor: vendor.settings } },
  });
  clients = new Agent({ connections: CONNECTIONS });
});
afterAll(async () => {
  await clients.close();
  await gateway.stop();
  await vendor.stop();
});

async function post(body: object): Promise<string> {
  const response = await request(`${gateway.url}/v1/chat/completions`, {
    dispatcher: clients,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    headersTimeout: LONGEST_MS,
    bodyTimeout: LONGEST_MS,
  });
  const text = await response.body.text();
  // A process that sheds load says so at once.
  return response.statusCode === 503 ? 'shed' : text;
}

test.each<[what: string, bodyFor: (model: FakeModel) => object, end: string]>([
  ['JSON', ({ name }) => ask(name), '"choices"'],
  ['a stream', ({ name }) => askStream(name), '[DONE]'],
])(`every request of ${CONNECTIONS} connections is answered: %s`, { timeout: 60_000 }, async (what, bodyFor, end) => {
  const body = bodyFor(vendor.model(what === 'JSON' ? reply() : stream(wholeStream())));
  const answers = await keepAsking({ callers: CONNECTIONS, forMs: FOR_MS }, () => post(body));
  process.stdout.write(`${what}: ${answers.length} answers\n`);
  expect(answers.length).toBeGreaterThan(2 * CONNECTIONS);
  expect(answers.filter((answer) => answer !== 'shed' && !answer.includes(end))).toEqual([]);
  expect(answers.filter((answer) => answer === 'shed').length).toBeLessThan(answers.length / 10);
});
