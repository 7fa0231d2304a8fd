import { Test, type TestingModule } from '@nestjs/testing';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuse, reply } from '../../../test/support/answers.js';
import { FakeVendor } from '../../../test/support/fake-vendor.js';
import { SettingsModule } from '../../config/config.module.js';
import { EnvironmentSettings } from '../../config/environment.js';
import { Settings } from '../../config/load-settings.js';
import { SettingsError } from '../../config/settings.error.js';
import { FileSettings, ProviderSettings } from '../../config/settings.js';
import type { Provider, VendorModule } from '../provider.js';
import { AiSdkModule } from './ai-sdk.module.js';
import { aiSdkVendorModule } from './ai-sdk-vendor-module.js';

const OpenRouterModule = aiSdkVendorModule({
  type: 'router',
  apiKeyVariable: 'ROUTER_API_KEY',
  create: createOpenRouter,
});

const vendor = new FakeVendor('router');
let app: TestingModule;
beforeAll(async () => {
  await vendor.start();
  const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
  const imports = [SettingsModule.register(settings), AiSdkModule, OpenRouterModule];
  app = await Test.createTestingModule({ imports }).compile();
});
afterAll(async () => {
  await app.close();
  await vendor.stop();
});

function create(module: VendorModule, settings: Partial<ProviderSettings>): Provider {
  const given = Object.assign(new ProviderSettings(), { apiKey: vendor.apiKey }, settings);
  return app.get(module.vendor, { strict: false }).create('mine', given);
}

async function ask(provider: Provider, model: string): Promise<string> {
  const { body } = await provider.send({
    operation: 'generate',
    dialect: 'ai-sdk',
    model,
    body: Buffer.from('{"prompt":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}'),
    stream: false,
    headers: {},
    signal: new AbortController().signal,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const PACKAGE = '@openrouter/ai-sdk-provider';

describe('a provider of the type ai-sdk', () => {
  it('is made from the name of a package, with its key, its address and its options', async () => {
    const model = vendor.model(reply());
    const provider = create(AiSdkModule, {
      package: PACKAGE,
      baseUrl: vendor.baseUrl,
      allowPrivateNetwork: true,
      options: { headers: { 'x-team': 'blue' } },
    });
    expect(await ask(provider, model.id)).toContain('"text":"pong"');
    const { headers } = await model.call(0);
    expect(headers).toMatchObject({ authorization: `Bearer ${vendor.apiKey}`, 'x-team': 'blue' });
  });

  it.each([
    ['nothing', undefined],
    ['a package that is not installed', '@acme/not-installed'],
    ['a path', '../evil'],
    ['a path in a package', 'undici/index.js'],
    ['two dots', '..'],
    ['a URL', 'https://attacker.example/x.js'],
    ['a part of Node', 'child_process'],
  ])('is refused with %s as its package', (_, name) => {
    const make = () => create(AiSdkModule, name === undefined ? {} : { package: name });
    expect(make).toThrow(SettingsError);
    expect(make).toThrow('providers.mine.package');
  });

  it('is refused at a private address without leave', () => {
    const make = () => create(AiSdkModule, { package: PACKAGE, baseUrl: vendor.baseUrl });
    expect(make).toThrow('providers.mine.baseUrl: found 127.0.0.1');
  });

  it('does not reach a private address by way of its options either', async () => {
    const provider = create(AiSdkModule, { package: PACKAGE, options: { baseURL: vendor.baseUrl } });
    await expect(ask(provider, 'm')).rejects.toMatchObject({ failure: { reason: 'forbidden_address' } });
  });

  it('does not follow a redirect', async () => {
    const model = vendor.model(refuse(307, { location: 'https://attacker.example/' }));
    const settings = { package: PACKAGE, baseUrl: vendor.baseUrl, allowPrivateNetwork: true };
    await expect(ask(create(AiSdkModule, settings), model.id)).rejects.toMatchObject({
      failure: { reason: 'invalid_reply' },
    });
  });

  it('needs to know which factory of several, and takes the one that is named', async () => {
    const settings = { package: 'ai', baseUrl: vendor.baseUrl, allowPrivateNetwork: true };
    await expect(ask(create(AiSdkModule, settings), 'm')).rejects.toThrow('options.factory');
    const named = create(AiSdkModule, { ...settings, options: { factory: 'createGateway' } });
    await expect(ask(named, 'm')).rejects.toThrow(/^mine /);
  });

  it('can be one line of code', async () => {
    const model = vendor.model(reply());
    const provider = create(OpenRouterModule, { baseUrl: vendor.baseUrl, allowPrivateNetwork: true });
    expect(await ask(provider, model.id)).toContain('"text":"pong"');
    expect([OpenRouterModule.type, OpenRouterModule.apiKeyVariable]).toEqual(['router', 'ROUTER_API_KEY']);
  });
});
