import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import type { Provider } from '../providers/provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ModelCatalogue } from './model-catalogue.js';

const TEN_MINUTES_MS = 600_000;
const FIFTEEN_SECONDS_MS = 15_000;

/** A vendor's account whose list the test decides. */
function vendor(name: string, listModels: Provider['listModels']) {
  const list = vi.fn<Provider['listModels']>(listModels);
  return stubProvider({ name, listModels: list });
}

function catalogueOf(...providers: Provider[]): ModelCatalogue {
  return new ModelCatalogue(new ProviderRegistry(providers));
}

describe('ModelCatalogue', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lists every model with its provider', async () => {
    const catalogue = catalogueOf(
      vendor('a', async () => ['x', 'y']),
      vendor('b', async () => ['x']),
    );
    expect(await catalogue.list()).toEqual([
      { id: 'a/x', provider: 'a' },
      { id: 'a/y', provider: 'a' },
      { id: 'b/x', provider: 'b' },
    ]);
    expect((await catalogue.providersOf('x')).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await catalogue.providersOf('z')).toEqual([]);
  });

  it('asks once for many callers, and again after ten minutes', async () => {
    const account = vendor('a', async () => ['x']);
    const catalogue = catalogueOf(account);
    await Promise.all([catalogue.list(), catalogue.providersOf('x'), catalogue.list()]);
    vi.advanceTimersByTime(TEN_MINUTES_MS - 1);
    await catalogue.list();
    expect(account.listModels).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2);
    await catalogue.list();
    expect(account.listModels).toHaveBeenCalledTimes(2);
  });

  it.each<[how: string, fail: Provider['listModels']]>([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
  ])('does not fail with a vendor that %s, and asks it again soon', async (_, fail) => {
    const broken = vendor('a', fail);
    const catalogue = catalogueOf(
      broken,
      vendor('b', async () => ['x']),
    );
    expect(await catalogue.list()).toEqual([{ id: 'b/x', provider: 'b' }]);
    await catalogue.list();
    expect(broken.listModels).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(FIFTEEN_SECONDS_MS + 1);
    await catalogue.list();
    expect(broken.listModels).toHaveBeenCalledTimes(2);
  });

  it('keeps the last list of a vendor that no longer answers', async () => {
    const account = vendor('a', async () => ['x']);
    const catalogue = catalogueOf(account);
    await catalogue.list();
    account.listModels.mockRejectedValue(new Error('down'));
    vi.advanceTimersByTime(TEN_MINUTES_MS + 1);
    expect(await catalogue.list()).toEqual([{ id: 'a/x', provider: 'a' }]);
  });

  it('hands every question a signal of its own', async () => {
    const account = vendor('a', async () => ['x']);
    await catalogueOf(account).list();
    expect(account.listModels.mock.calls[0]?.[0]).toBeInstanceOf(AbortSignal);
  });

  it('does not make a request for a model it knows wait for a vendor that is silent', { timeout: 1_000 }, async () => {
    const silent = vendor('silent', async () => ['y']);
    const catalogue = catalogueOf(
      vendor('a', async () => ['x']),
      silent,
    );
    await catalogue.list();
    silent.listModels.mockReturnValue(new Promise(() => {}));
    vi.advanceTimersByTime(TEN_MINUTES_MS + 1);
    expect((await catalogue.providersOf('x')).map(({ name }) => name)).toEqual(['a']);
  });
});
