import { BreakerSettings, ConcurrencySettings, TimeoutSettings } from '../../src/config/settings.js';
import type { Target } from '../../src/routing/target.js';
import { stubProvider } from './stub-provider.js';

/** A target with every setting at its default, but for what a test replaces. */
export function stubTarget(replaced: Partial<Target> = {}): Target {
  const { provider = stubProvider({}), model = 'model' } = replaced;
  return {
    provider,
    model,
    key: `${provider.name}/${model}`,
    weight: 1,
    capabilities: undefined,
    timeouts: new TimeoutSettings(),
    breaker: new BreakerSettings(),
    concurrency: new ConcurrencySettings(),
    ...replaced,
  };
}
