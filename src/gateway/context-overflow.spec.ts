import { describe, expect, it, vi } from 'vitest';
import { stubTarget } from '../../test/support/stub-target.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { Exchange } from '../exchange/exchange.js';
import { ModelCapabilities } from '../routing/model-capabilities.js';
import { ContextOverflow } from './context-overflow.js';

const tooLong = new UpstreamError(
  { reason: 'status', status: 400, body: Buffer.alloc(0), subject: 'context-window' },
  'too long',
);
const small = stubTarget({ model: 'small', key: 'a/small', capabilities: { contextTokens: 8_000 } });
const elsewhere = stubTarget({ model: 'small', key: 'b/small' });
const roomier = stubTarget({ model: 'small', key: 'c/small', capabilities: { contextTokens: 32_000 } });
const other = stubTarget({ model: 'other', key: 'a/other' });

describe('ContextOverflow', () => {
  async function afterOverflow() {
    const exchange = new Exchange({ endpoint: '/' });
    const overflow = new ContextOverflow(exchange, new ModelCapabilities());
    await expect(overflow.unlessTooLong(small, () => Promise.reject(tooLong))).rejects.toBe(tooLong);
    return { exchange, overflow };
  }

  it('passes over the same model elsewhere, with the vendor’s own words', async () => {
    const { exchange, overflow } = await afterOverflow();
    const call = vi.fn<() => Promise<string>>();
    await expect(overflow.unlessTooLong(elsewhere, call)).rejects.toBe(tooLong);
    expect(call).not.toHaveBeenCalled();
    expect(exchange.skipped).toMatchObject([{ model: 'small', reason: 'same_context' }]);
  });

  it.each([
    ['another model', other],
    ['the same model with a larger context', roomier],
  ])('asks %s', async (_, target) => {
    const { exchange, overflow } = await afterOverflow();
    expect(await overflow.unlessTooLong(target, () => Promise.resolve('answer'))).toBe('answer');
    expect(exchange.skipped).toEqual([]);
  });

  it('passes over nobody after another failure', async () => {
    const exchange = new Exchange({ endpoint: '/' });
    const overflow = new ContextOverflow(exchange, new ModelCapabilities());
    const failed = new UpstreamError({ reason: 'network' }, 'x');
    await expect(overflow.unlessTooLong(small, () => Promise.reject(failed))).rejects.toBe(failed);
    expect(await overflow.unlessTooLong(elsewhere, () => Promise.resolve('answer'))).toBe('answer');
  });
});
