import { describe, expect, it } from 'vitest';
import { stubProvider } from '../../test/support/stub-provider.js';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { SettingsError } from '../config/settings.error.js';
import { FileSettings, ModelSettings } from '../config/settings.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ModelCatalogue } from './model-catalogue.js';
import { Router } from './router.js';

/** Two accounts that share a model, and one whose models have slashes in their names. */
const LISTS: Record<string, string[]> = {
  openai: ['gpt-4o', 'gpt-4o-mini', 'shared'],
  claude: ['sonnet', 'shared'],
  openrouter: ['openai/gpt-4o', 'meta/llama'],
};

const registry = new ProviderRegistry(
  Object.entries(LISTS).map(([name, models]) => stubProvider({ name, listModels: async () => models })),
);

function routerOf(models: Record<string, object> = {}): Router {
  const typed = Object.entries(models).map(([name, given]) => [name, Object.assign(new ModelSettings(), given)]);
  const file = Object.assign(new FileSettings(), { models: Object.fromEntries(typed) as object });
  const settings = new Settings(file, new EnvironmentSettings(), new Map(), []);
  return new Router(settings, registry, new ModelCatalogue(registry));
}

async function targetsOf(router: Router, model: string): Promise<string[]> {
  const { targets } = await router.route(model);
  return targets.map((target) => `${target.provider.name}:${target.model}`);
}

describe('Router', () => {
  it.each([
    ['a name of the settings, in its order', 'smart', ['claude:sonnet', 'openai:gpt-4o']],
    ['a name of the settings that looks like provider/model', 'openai/gpt-4o-mini', ['claude:sonnet']],
    ['a name of the settings that a provider lists too', 'gpt-4o-mini', ['claude:sonnet']],
    ['provider/model', 'openai/gpt-4o', ['openai:gpt-4o']],
    ['provider/model that nobody lists', 'openai/gpt-9', ['openai:gpt-9']],
    ['provider/model whose model has a slash', 'openrouter/meta/llama', ['openrouter:meta/llama']],
    ['a model that one provider lists', 'sonnet', ['claude:sonnet']],
    ['a listed model with a slash whose first part is no provider', 'meta/llama', ['openrouter:meta/llama']],
  ])('resolves %s', async (_, model, targets) => {
    const only = { targets: [{ provider: 'claude', model: 'sonnet' }] };
    const smart = { targets: [...only.targets, { provider: 'openai', model: 'gpt-4o' }] };
    const router = routerOf({ smart, 'openai/gpt-4o-mini': only, 'gpt-4o-mini': only });
    expect(await targetsOf(router, model)).toEqual(targets);
  });

  it.each([
    ['unknown', "The model 'unknown' does not exist."],
    ['gpt-4', 'Did you mean'],
    ['smrt', "Did you mean 'smart'"],
    ['openai/', 'does not exist'],
    ['/gpt-4o', 'does not exist'],
    ['/', 'does not exist'],
    ['constructor', 'does not exist'],
    ['__proto__', 'does not exist'],
    ['toString/x', 'does not exist'],
    ['shared', "Several providers serve 'shared': ask for 'openai/shared' or 'claude/shared'."],
  ])('answers 404 to %s: %s', async (model, message) => {
    const router = routerOf({ smart: { targets: [{ provider: 'openai', model: 'gpt-4o' }] } });
    await expect(router.route(model)).rejects.toMatchObject({ kind: 'model_not_found', status: 404, param: 'model' });
    await expect(router.route(model)).rejects.toThrow(message);
  });

  it('does not repeat a name without end', async () => {
    await expect(routerOf().route('x'.repeat(100_000))).rejects.toThrow(/^.{100,200}$/);
  });

  it('lists the names of the settings', () => {
    const model = { targets: [{ provider: 'openai', model: 'gpt-4o' }] };
    expect(routerOf({ smart: model, fast: model }).publicNames()).toEqual(['smart', 'fast']);
    expect(routerOf().publicNames()).toEqual([]);
  });

  describe('finds fallbacks', () => {
    const router = routerOf({
      smart: { targets: [{ provider: 'claude', model: 'sonnet' }] },
      both: {
        strategy: 'weighted',
        targets: [
          { provider: 'openai', model: 'gpt-4o' },
          { provider: 'claude', model: 'sonnet' },
        ],
      },
    });

    it('by every kind of name, in their order, and each of their targets', async () => {
      const targets = await router.fallbacks(['gpt-4o-mini', 'both', 'openrouter/meta/llama', 'smart']);
      expect(targets.map(({ key }) => key)).toEqual([
        'openai/gpt-4o-mini',
        'openai/gpt-4o',
        'claude/sonnet',
        'openrouter/meta/llama',
        'claude/sonnet',
      ]);
      expect(await router.fallbacks([])).toEqual([]);
    });

    it('or says which of the names does not exist', async () => {
      const wrong = router.fallbacks(['smart', 'smrt', 'unknown']);
      await expect(wrong).rejects.toMatchObject({ kind: 'model_not_found', param: 'fallbacks[1]' });
      await expect(wrong).rejects.toThrow("Did you mean 'smart'");
      await expect(router.fallbacks(['shared'])).rejects.toMatchObject({ param: 'fallbacks[0]' });
    });
  });

  it('stops the start with every target whose provider does not exist', () => {
    const models = {
      a: { targets: [{ provider: 'x', model: 'm' }] },
      b: {
        targets: [
          { provider: 'openai', model: 'm' },
          { provider: 'y', model: 'm' },
        ],
      },
    };
    expect(() => routerOf(models)).toThrow(SettingsError);
    expect(() => routerOf(models)).toThrow(
      /^models\.a\.targets\[0\]\.provider: found "x", allowed: openai \| claude \| openrouter\nmodels\.b\.targets\[1\]\.provider: found "y"/,
    );
  });
});
