import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  breaksOff,
  dribbles,
  filters,
  garbles,
  hangsUp,
  hesitates,
  leavesOutTerminal,
  onlyOpens,
  overflows,
  refuses,
  refusesPrefill,
  resets,
  silent,
  tells,
} from '../support/faults.js';
import { asks, storyOf, whole, type Mode } from '../support/faulty-client.js';
import type { Behaviour } from '../support/faulty-call.js';
import { FaultyVendor } from '../support/faulty-vendor.js';
import { piecesOf } from '../support/sayings.js';
import type { Dialect } from '../support/tongues/tongue.js';
import { rejection } from '../support/weather.js';

const TEXT = 'One two three four five six seven eight nine ten.';
const BEGUN = 'One two three four five ';
const CLIENTS: readonly Dialect[] = ['openai-chat', 'anthropic-messages'];
const MODES: readonly Mode[] = ['JSON', 'stream'];
const ways = CLIENTS.flatMap((client) => MODES.map((mode) => ({ client, mode })));

const vendor = new FaultyVendor('vendor');
let models = 0;

beforeAll(() => vendor.goUp());
afterAll(() => vendor.goDown());

function model(...script: readonly Behaviour[]) {
  return vendor.model(`model-${++models}`, TEXT, ...script);
}

function post({ client, mode }: (typeof ways)[number], id: string, messages?: readonly object[]) {
  return asks(vendor.url, { client, mode, model: id, extra: messages && { messages } });
}

/** The text of a stream that may break off. */
async function streamed(client: Dialect, id: string): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const path = client === 'openai-chat' ? '/v1/chat/completions' : '/v1/messages';
  const body = JSON.stringify({ model: id, stream: true, messages: [{ role: 'user', content: 'Count.' }] });
  const response = await fetch(`${vendor.url}${path}`, { method: 'POST', body });
  let text = '';
  try {
    for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString();
    return { text, isCut: false };
  } catch {
    return { text, isCut: true };
  }
}

describe.each(ways)('$mode for $client', (way) => {
  test('is whole, with the tokens of it', async () => {
    const { id, calls } = model(tells());
    const received = await post(way, id);
    expect(storyOf(received)).toEqual(whole(TEXT));
    expect(received.told.tokens).toMatchObject({ input: 10, output: 10 });
    expect(calls).toMatchObject([{ dialect: way.client, isStream: way.mode === 'stream', tokens: { output: 10 } }]);
  });

  test('is whole byte by byte', async () => {
    expect(storyOf(await post(way, model(dribbles).id))).toEqual(whole(TEXT));
  });

  test('goes by the script, whose last behaviour stays', async () => {
    const { id } = model(refuses(429, { 'retry-after': '7' }), refuses(503), tells());
    const limited = await post(way, id);
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('7');
    expect((await post(way, id)).status).toBe(503);
    expect(storyOf(await post(way, id))).toEqual(whole(TEXT));
    expect(storyOf(await post(way, id))).toEqual(whole(TEXT));
  });

  test.each([
    ['the rest', 'six seven eight nine ten.'],
    ['all again', TEXT],
    ['last words again', 'three four five six seven eight nine ten.'],
  ] as const)('goes on with %s', async (goesOn, expected) => {
    const messages = [
      { role: 'user', content: 'Count.' },
      { role: 'assistant', content: BEGUN },
      { role: 'user', content: 'Continue.' },
    ];
    expect(storyOf(await post(way, model(tells({ goesOn })).id, messages))).toEqual(whole(expected));
  });

  test('refuses an assistant’s last word, and nothing else', async () => {
    const { id } = model(refusesPrefill(tells()));
    const turn = { role: 'user', content: 'Count.' };
    const refused = await post(way, id, [turn, { role: 'assistant', content: BEGUN.trimEnd() }]);
    expect(refused.status).toBe(400);
    expect(refused.raw).toContain('does not support assistant message prefill');
    expect(storyOf(await post(way, id, [turn]))).toEqual(whole(TEXT));
  });

  test.each([
    ['too long', overflows, /maximum context length|prompt is too long/],
    ['not to be touched', filters, /content management policy|content filtering policy/],
  ])('refuses what is %s', async (_, behaviour, words) => {
    const { status, raw } = await post(way, model(behaviour).id);
    expect(status).toBe(400);
    expect(raw).toMatch(words);
  });

  test.each([
    ['reset', resets],
    ['closed', hangsUp],
    ['reset half-way', breaksOff('reset')],
    ['closed half-way', breaksOff('hang-up')],
  ])('fails where the connection is %s', async (_, behaviour) => {
    await expect(post(way, model(behaviour).id)).rejects.toThrow(/fetch failed|terminated|aborted/);
  });

  test('calls a tool', async () => {
    const { id } = model(tells({ calls: { name: 'forecast', arguments: '{"city": "Paris", "days": 3}' } }));
    const { told } = await post(way, id);
    expect(told.calls).toMatchObject([{ name: 'forecast', arguments: { city: 'Paris', days: 3 } }]);
    expect(told.ending).toBe('tools');
  });

  test.each([
    ['says nothing', silent],
    ['says nothing but a head', onlyOpens],
    ['stops half-way', breaksOff('stall')],
    ['hesitates', hesitates(60_000)],
  ])('is held while the vendor %s, until the caller leaves', async (_, behaviour) => {
    const held = model(behaviour);
    const body = JSON.stringify({ model: held.id, stream: way.mode === 'stream', messages: [] });
    const path = way.client === 'openai-chat' ? '/v1/chat/completions' : '/v1/messages';
    const signal = AbortSignal.timeout(100);
    const startedAt = performance.now();
    await expect(
      fetch(`${vendor.url}${path}`, { method: 'POST', body, signal }).then((response) => response.text()),
    ).rejects.toThrow(/fetch failed|terminated|aborted/);
    expect((await held.call(0).goneAt) - startedAt).toBeGreaterThan(95);
    await vendor.settled();
  });
});

describe.each(CLIENTS)('a stream for %s', (client) => {
  test.each(['hang-up', 'reset'] as const)('is cut by a %s after the words that were asked for', async (how) => {
    const { text, isCut } = await streamed(client, model(breaksOff(how, { after: 3 })).id);
    expect(isCut).toBe(true);
    expect(text).toContain('three ');
    expect(text).not.toContain('four ');
  });

  test('ends properly without having said all', async () => {
    const { text, isCut } = await streamed(client, model(breaksOff('end', { after: 3 })).id);
    expect(isCut).toBe(false);
    expect(text).toContain('three ');
    expect(text).not.toMatch(/\[DONE\]|message_stop|"stop"|end_turn/);
  });

  test('tells of a failure amid the answer', async () => {
    const { text } = await streamed(client, model(breaksOff('failure', { after: 3 })).id);
    expect(text).toMatch(/three [^]*(?:The engine is gone|Overloaded)[^\n]*\n\n$/);
  });

  test('leaves out its terminal event, and nothing else', async () => {
    const { text, isCut } = await streamed(client, model(leavesOutTerminal('end')).id);
    expect(isCut).toBe(false);
    expect(text).toMatch(/"finish_reason":"stop"|"stop_reason":"end_turn"/);
    expect(text).not.toMatch(/\[DONE\]|message_stop/);
  });

  test('has one event that is no JSON amid all the others', async () => {
    const { text } = await streamed(client, model(garbles('GARBAGE')).id);
    expect(text).toMatch(/five [^]*GARBAGE\n\n[^]*six /);
    expect(text.match(/^data: .*GARBAGE$/gm)).toHaveLength(1);
  });
});

test('refuses connections while it is down, and comes back at the same address', async () => {
  const { id, calls } = model(silent, tells());
  const way = { client: 'openai-chat', mode: 'JSON' } as const;
  const broken = rejection(post(way, id));
  await expect.poll(() => calls).toHaveLength(1);
  await vendor.goDown();
  expect(await broken).toBeInstanceOf(TypeError);
  expect(vendor.openSockets).toBe(0);
  await expect(post(way, id)).rejects.toThrow(/fetch failed|terminated|aborted/);
  await vendor.goUp();
  expect(storyOf(await post(way, id))).toEqual(whole(TEXT));
});

test('serves call after call over a connection', async () => {
  const other = new FaultyVendor('other');
  await other.goUp();
  const { calls } = other.model('any', TEXT, tells());
  for (const way of ways) expect(storyOf(await asks(other.url, { ...way, model: 'any' }))).toEqual(whole(TEXT));
  expect(calls).toHaveLength(4);
  expect(new Set(calls.map(({ connection }) => connection)).size).toBeLessThan(4);
  await other.goDown();
});

test('a text is cut into words with the space after them', () => {
  expect(piecesOf('One two  three.')).toEqual(['One ', 'two  ', 'three.']);
});
