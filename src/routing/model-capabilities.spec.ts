import { calcPrice } from '@pydantic/genai-prices';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { stubTarget } from '../../test/support/stub-target.js';
import type { CapabilitySettings } from '../config/settings.js';
import { ModelCapabilities } from './model-capabilities.js';
import type { Target } from './target.js';

vi.mock('@pydantic/genai-prices', { spy: true });

function targetAt(priceId: string | undefined, model: string, capabilities?: CapabilitySettings): Target {
  const provider = stubProvider({ name: priceId ?? 'nobody', priceId });
  return stubTarget({ provider, model, capabilities });
}

describe('ModelCapabilities', () => {
  beforeEach(() => {
    vi.mocked(calcPrice).mockClear();
  });

  it.each([
    ['openai', 'gpt-4', 8_192],
    ['openai', 'gpt-4o-2024-08-06', 128_000],
    ['openai', 'ft:gpt-4-0613:acme', 8_192],
    ['anthropic', 'claude-sonnet-4-5', 200_000],
    ['aws', 'anthropic.claude-sonnet-4-20250514-v1:0', 200_000],
  ])('knows the context of %s’s %s', (priceId, model, contextTokens) => {
    expect(new ModelCapabilities().of(targetAt(priceId, model))).toEqual({ contextTokens });
  });

  it.each<[what: string, target: Target]>([
    ['a model that the catalogue lacks', targetAt('openai', 'gpt-99')],
    ['a vendor that the catalogue lacks', targetAt('free', 'gpt-4')],
    ['a known name at a vendor that nobody knows', targetAt(undefined, 'gpt-4')],
    ['a name without end', targetAt('openai', `ft:gpt-4-0${'x'.repeat(100_000)}`)],
  ])('knows nothing of %s', (_, target) => {
    expect(new ModelCapabilities().of(target)).toEqual({});
  });

  it('puts the settings before the catalogue, one by one', () => {
    const capabilities = new ModelCapabilities();
    expect(capabilities.of(targetAt('openai', 'gpt-4', { contextTokens: 5 }))).toEqual({ contextTokens: 5 });
    expect(capabilities.of(targetAt('openai', 'gpt-4', { images: false }))).toEqual({
      images: false,
      contextTokens: 8_192,
    });
    expect(capabilities.of(targetAt('openai', 'gpt-99', { tools: false }))).toEqual({ tools: false });
  });

  it('does not mix up targets that differ only in their settings', () => {
    const capabilities = new ModelCapabilities();
    capabilities.of(targetAt('openai', 'gpt-4', { images: false }));
    expect(capabilities.of(targetAt('openai', 'gpt-4'))).toEqual({ contextTokens: 8_192 });
  });

  it('asks the catalogue once for a model, known or not', () => {
    const capabilities = new ModelCapabilities();
    for (const model of ['gpt-4', 'gpt-99', 'gpt-4', 'gpt-99']) capabilities.of(targetAt('openai', model));
    expect(calcPrice).toHaveBeenCalledTimes(2);
  });

  it('does not keep more models than it has room for', () => {
    const capabilities = new ModelCapabilities();
    capabilities.of(targetAt('openai', 'gpt-4'));
    for (let at = 0; at < 2_000; at += 1) capabilities.of(targetAt('nobody', `model-${at}`));
    vi.mocked(calcPrice).mockClear();
    capabilities.of(targetAt('nobody', 'model-1999'));
    expect(calcPrice).not.toHaveBeenCalled();
    capabilities.of(targetAt('openai', 'gpt-4'));
    expect(calcPrice).toHaveBeenCalledTimes(1);
  });

  it('can be handed on without its object', () => {
    const { of } = new ModelCapabilities();
    expect([targetAt('openai', 'gpt-4')].map(of)).toEqual([{ contextTokens: 8_192 }]);
  });
});
