import { describe, expect, it, vi } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import { RetrySettings } from '../config/settings.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { Exchange } from '../exchange/exchange.js';
import { Deadline } from '../resilience/deadline.js';
import { Resilience } from '../resilience/resilience.js';
import { TargetStates } from '../resilience/target-states.js';
import { ModelCapabilities } from '../routing/model-capabilities.js';
import type { Target } from '../routing/target.js';
import { TargetCalls } from './target-calls.js';

const tooLong = new UpstreamError(
  { reason: 'status', status: 400, body: Buffer.alloc(0), subject: 'context-window' },
  'too long',
);
const small = stubTarget({ model: 'small', key: 'a/small', capabilities: { contextTokens: 8_000 } });
const elsewhere = stubTarget({ model: 'small', key: 'b/small' });
const roomier = stubTarget({ model: 'small', key: 'c/small', capabilities: { contextTokens: 32_000 } });
const other = stubTarget({ model: 'other', key: 'a/other' });

/** Calls these targets in order; those that are in `failures` fail so. */
async function asked(targets: readonly Target[], failures: ReadonlyMap<Target, Error>) {
  const exchange = new Exchange({ endpoint: '/' });
  const deadline = new Deadline(5_000, () => new Error('too late'));
  const attempt = vi.fn<(target: Target) => Promise<string>>(async (target) => {
    const failure = failures.get(target);
    if (failure) throw failure;
    return 'answer';
  });
  const states = new TargetStates();
  const calls = new TargetCalls(new Resilience(states), new ModelCapabilities());
  const retry = Object.assign(new RetrySettings(), { maxAttempts: 1 });
  const answer = await calls.run({ targets, retry, exchange, deadline }, attempt).catch((error: unknown) => error);
  deadline.clear();
  return { answer, exchange, states, called: attempt.mock.calls.map(([target]) => target) };
}

describe('TargetCalls', () => {
  it('passes over the same model elsewhere when one has found the prompt too long, and keeps its words', async () => {
    const { answer, exchange, called, states } = await asked([small, elsewhere], new Map([[small, tooLong]]));
    expect(answer).toMatchObject({ last: tooLong });
    expect(called).toEqual([small]);
    expect(exchange.skipped).toEqual([{ provider: 'stub', model: 'small', reason: 'same_context' }]);
    expect(states.target('b/small').inFlight).toBe(0);
  });

  it.each([
    ['another model', other],
    ['the same model with a larger context', roomier],
  ])('asks %s', async (_, next) => {
    const { answer, exchange } = await asked([small, elsewhere, next], new Map([[small, tooLong]]));
    expect(answer).toBe('answer');
    expect(exchange.skipped).toHaveLength(1);
  });

  it('passes over nobody after another failure', async () => {
    const failed = new UpstreamError({ reason: 'network' }, 'x');
    const { answer, called } = await asked([small, elsewhere], new Map([[small, failed]]));
    expect(answer).toBe('answer');
    expect(called).toEqual([small, elsewhere]);
  });
});
