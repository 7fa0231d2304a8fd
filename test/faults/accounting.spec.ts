import { describe, expect, test } from 'vitest';
import { tokensOf } from '../support/faulty-call.js';
import { FaultHouse, PRICES } from '../support/fault-house.js';
import { commentOf, storyOf, whole, type Received } from '../support/faulty-client.js';
import { breaksOff, refuses, resets, tells } from '../support/faults.js';
import { object } from '../support/plain/told.js';
import type { Tokens } from '../support/tongues/tongue.js';

const house = new FaultHouse();

function priceOf({ input, output }: Tokens): number {
  return (input * PRICES.inputUsdPerMillion + output * PRICES.outputUsdPerMillion) / 1_000_000;
}

/** What the caller was told. */
function costOf(received: Received): number {
  const told = received.mode === 'JSON' ? received.headers.get('x-gateway-cost-usd') : commentOf(received)['cost_usd'];
  return Number(told);
}

/** As the answer itself names it. */
function modelIn({ payloads }: Received): unknown {
  const named = payloads.map(({ model, message }) => model ?? object(message)['model']);
  return named.findLast((model) => model !== undefined);
}

function logOf({ headers }: Received) {
  return house.gateway.requestLog(headers.get('x-request-id'));
}

describe.concurrent('attempts that failed', () => {
  const outcome = 'the target that answered is named, and alone is charged';

  test.each([
    ...house.scenes({
      fault: 'failover accounting',
      outcome: { JSON: outcome, stream: outcome },
      first: [refuses(503)],
      second: [tells()],
    }),
    ...house.scenes({
      fault: 'failover accounting, after resets',
      outcome: { JSON: outcome, stream: outcome },
      first: [resets],
      second: [tells()],
    }),
  ])('are counted and cost nothing: $title', ({ shows, place, client, speaks }) =>
    shows(async (received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      const tokens = tokensOf(place.second.call(0));
      const attempts = place.first.calls.length + 1;
      expect(received.headers.get('x-gateway-provider')).toBe(place.provider(1));
      expect(received.headers.get('x-gateway-model')).toBe(place.second.id);
      expect(received.headers.get('x-gateway-attempts')).toBe(String(attempts));
      expect(received.told.tokens).toMatchObject(tokens);
      expect(costOf(received)).toBeCloseTo(priceOf(tokens), 9);
      // Anthropic's clients are answered under the name that they asked for, but for bytes that pass through.
      const isRenamed = client === 'anthropic-messages' && !speaks.includes(client);
      expect(modelIn(received)).toBe(isRenamed ? place.name : place.second.id);
      expect(await logOf(received)).toMatchObject({
        modelRequested: place.name,
        provider: place.provider(1),
        model: place.second.id,
        outcome: 'ok',
        attempts,
        usage: { inputTokens: tokens.input, outputTokens: tokens.output, state: 'reported' },
      });
    }),
  );
});

describe.concurrent('an attempt that broke off', () => {
  test.each(
    house.scenes({
      fault: 'failover accounting, stream continued',
      outcome: { stream: 'both are charged for what they wrote, and both are named' },
      first: [breaksOff('hang-up')],
      second: [tells()],
      isMixed: true,
    }),
  )('costs what it wrote: $title', ({ shows, place }) =>
    shows(async (received) => {
      expect(storyOf(received)).toEqual(whole(place.text));
      const { input = 0, output = 0 } = received.told.tokens ?? {};
      const last = tokensOf(place.second.call(0));
      expect(input).toBeGreaterThan(last.input);
      expect(output).toBeGreaterThan(last.output);
      expect(costOf(received)).toBeCloseTo(priceOf({ input, output }), 9);
      expect(commentOf(received)).toMatchObject({
        id: received.headers.get('x-request-id'),
        provider: place.provider(0),
        model: place.first.id,
        continued: [place.key(1)],
      });
      expect(await logOf(received)).toMatchObject({
        provider: place.provider(0),
        model: place.first.id,
        outcome: 'ok',
        attempts: 2,
        usage: { inputTokens: input, outputTokens: output, state: 'estimated' },
      });
    }),
  );
});
