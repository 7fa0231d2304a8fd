import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStream, send, stream } from './support/answers.js';
import { askStream, EventReader, postChat } from './support/chat-client.js';
import { contentChunk, dataEvent, DONE, finishChunk, SIX_TOKENS, wholeStream } from './support/chat-wire.js';
import { gatewayComment, withoutGatewayComment } from './support/event-stream.js';
import { startFakeVendor, type Answer, type FakeVendor } from './support/fake-vendor.js';
import { startGateway, type Gateway } from './support/gateway.js';

const INCLUDE_USAGE = { stream_options: { include_usage: true } };

let vendor: FakeVendor;
let gateway: Gateway;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startGateway({
    settings: {
      providers: { vendor: vendor.settings },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await vendor.stop();
});

async function streamedText(answer: Answer, extra: object = {}): Promise<string> {
  const response = await postChat(gateway, askStream(vendor.model(answer).name, extra));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return response.text();
}

describe('usage in a stream', () => {
  test('is asked for and its chunk removed again when the client did not ask', async () => {
    const text = await streamedText(stream(wholeStream()));
    expect(withoutGatewayComment(text)).toBe([contentChunk('po'), contentChunk('ng'), finishChunk(), DONE].join(''));
  });

  test('stays where the client asked for it', async () => {
    const text = await streamedText(stream(wholeStream()), INCLUDE_USAGE);
    expect(withoutGatewayComment(text)).toBe(wholeStream().join(''));
  });

  test('stays in a chunk that carries an answer too', async () => {
    const events = [contentChunk('pong'), finishChunk({ usage: SIX_TOKENS }), DONE];
    expect(withoutGatewayComment(await streamedText(stream(events)))).toBe(events.join(''));
  });

  test('does not take along a first chunk without choices that has no usage', async () => {
    const filterResults = dataEvent({ id: '', choices: [], model: '', prompt_filter_results: [{ prompt_index: 0 }] });
    const events = [filterResults, contentChunk('pong'), finishChunk(), DONE];
    expect(withoutGatewayComment(await streamedText(stream(events)))).toBe(events.join(''));
  });
});

describe('a stream', () => {
  test('is complete without the usage that the client asked for and the vendor did not send', async () => {
    const events = [contentChunk('pong'), finishChunk(), DONE];
    expect(withoutGatewayComment(await streamedText(stream(events), INCLUDE_USAGE))).toBe(events.join(''));
  });

  test('goes out event by event, each before the vendor sends the next', async () => {
    const steps = ['one', 'two', 'three'].map((word) => ({ word, received: Promise.withResolvers<void>() }));
    const model = vendor.model(async (call) => {
      await openStream(call);
      for (const { word, received } of steps) {
        await send(call, contentChunk(word));
        await received.promise;
      }
      await send(call, finishChunk() + DONE);
      call.response.end();
    });
    const reader = new EventReader(await postChat(gateway, askStream(model.name)));
    for (const { word, received } of steps) {
      expect(await reader.next()).toBe(contentChunk(word));
      received.resolve();
    }
    expect(await reader.rest()).toContain(DONE);
  });

  test('ends with the gateway comment and then [DONE]', async () => {
    const text = await streamedText(stream(wholeStream()));
    expect(text).toMatch(/^: gateway \{.*\}\n\n?data: \[DONE\]\n\n$/m);
    expect(text.endsWith(DONE)).toBe(true);
    expect(gatewayComment(text)).toMatchObject({ provider: 'vendor', id: expect.any(String) });
  });

  test('gets the [DONE] that its vendor forgot', async () => {
    const text = await streamedText(stream([contentChunk('pong'), finishChunk()]));
    expect(withoutGatewayComment(text)).toBe(contentChunk('pong') + finishChunk() + DONE);
  });

  test('keeps comments, event names, CRLF and unknown fields as the vendor wrote them', async () => {
    const odd = [
      ': OPENROUTER PROCESSING\n\n',
      'event: chunk\ndata:{"choices":[{"index":0,"delta":{"content":"caf\\u00e9"}}],"zeta":1.0,"alpha":1e3}\n\n',
      'id: 7\r\ndata: {"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":"stop"}]}\r\n\r\n',
      DONE,
    ];
    expect(withoutGatewayComment(await streamedText(stream(odd)))).toBe(odd.join(''));
  });

  test('keeps characters whole that arrive byte by byte', async () => {
    const whole = contentChunk('é 日本 😀') + finishChunk() + DONE;
    const model = vendor.model(async (call) => {
      await openStream(call);
      for (const byte of Buffer.from(whole)) await send(call, Buffer.of(byte));
      call.response.end();
    });
    const response = await postChat(gateway, askStream(model.name));
    expect(withoutGatewayComment(await response.text())).toBe(whole);
  });

  test('is never mixed with another one', async () => {
    const words = Array.from({ length: 50 }, (_, index) => `stream ${index} says`.split(' '));
    const texts = await Promise.all(words.map((said) => streamedText(stream(wholeStream(said), { gapMs: 5 }))));
    for (const [index, said] of words.entries()) {
      const expected = [...said.map(contentChunk), finishChunk(), DONE].join('');
      expect(withoutGatewayComment(texts[index] ?? '')).toBe(expected);
    }
  });

  test('says who answered in its headers', async () => {
    const model = vendor.model(stream(wholeStream()));
    const response = await postChat(gateway, askStream(model.name));
    await response.text();
    expect(response.headers.get('x-gateway-provider')).toBe('vendor');
    expect(response.headers.get('x-gateway-model')).toBe(model.id);
    expect(response.headers.get('x-gateway-attempts')).toBe('1');
    expect(response.headers.get('x-gateway-cost-usd')).toBeNull();
  });
});
