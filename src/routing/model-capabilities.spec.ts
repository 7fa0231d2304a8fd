import { describe, expect, it } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { stubTarget } from '../../test/support/stub-target.js';
import type { CapabilitySettings } from '../config/settings.js';
import { ModelCapabilities } from './model-capabilities.js';
import type { Target } from './target.js';

function targetAt(priceId: string | undefined, model: string, capabilities?: CapabilitySettings): Target {
  const provider = stubProvider({ name: priceId ?? 'nobody', priceId });
  return stubTarget({ provider, model, capabilities });
}

describe('ModelCapabilities', () => {
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

  it('keeps what it has found', () => {
    const capabilities = new ModelCapabilities();
    expect(capabilities.of(targetAt('openai', 'gpt-4'))).toBe(capabilities.of(targetAt('openai', 'gpt-4')));
  });

  it('does not keep more models than it has room for', () => {
    const capabilities = new ModelCapabilities();
    const first = capabilities.of(targetAt('openai', 'gpt-4'));
    for (let model = 0; model < 2_000; model++) capabilities.of(targetAt('openai', `unknown-${model}`));
    expect(capabilities.of(targetAt('openai', 'gpt-4'))).not.toBe(first);
  });

  it('can be handed on without its object', () => {
    const { of } = new ModelCapabilities();
    expect([targetAt('openai', 'gpt-4')].map(of)).toEqual([{ contextTokens: 8_192 }]);
  });
});
