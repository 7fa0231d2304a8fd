import { Injectable, Module } from '@nestjs/common';
import { SettingsError } from '../../config/settings.error.js';
import type { ProviderSettings } from '../../config/settings.js';
import type { DialectName } from '../../dialects/conversation.js';
import { HttpProvider } from '../http-provider.js';
import { needed } from '../needed-settings.js';
import type { Vendor } from '../provider.js';
import { Transport } from '../transport.js';
import { TransportModule } from '../transport.module.js';
import { segment, withVersion } from '../vendor-path.js';
import { AccessTokens } from './access-tokens.js';
import { readServiceAccount } from './service-account.js';
import { toClaudeBody, withRoles } from './vertex-body.js';
import { addressOf, isClaude, modelPath } from './vertex-path.js';

const CREDENTIALS_RULE = 'a service account’s key: its JSON, or the path of a file with it';
const GEMINI_MODELS: readonly [DialectName] = ['gemini'];
const CLAUDE_MODELS: readonly [DialectName] = ['anthropic-messages'];

@Injectable()
class VertexVendor implements Vendor {
  constructor(private readonly transport: Transport) {}

  create(name: string, settings: ProviderSettings): HttpProvider {
    const { location = 'global', allowPrivateNetwork, models } = settings;
    const account = readServiceAccount(name, needed(name, settings, 'credentials', CREDENTIALS_RULE));
    const project = settings.project ?? account.project;
    if (project === undefined) {
      throw new SettingsError([{ path: `providers.${name}.project`, found: 'nothing', allowed: 'a project’s id' }]);
    }
    const shared = { provider: name, allowPrivateNetwork, headers: {} };
    const tokens = new AccessTokens(name, account, this.transport.client({ ...shared, baseUrl: account.tokenUrl }));
    const baseUrl = withVersion(settings.baseUrl ?? addressOf(location), 'v1');
    const publishers = `/projects/${segment(project)}/locations/${segment(location)}/publishers`;
    return new HttpProvider({
      name,
      priceId: 'google',
      client: this.transport.client({ ...shared, baseUrl }),
      speaks: ['gemini', 'anthropic-messages'],
      speaksFor: (model) => (isClaude(model) ? CLAUDE_MODELS : GEMINI_MODELS),
      // Its own form of Gemini's countTokens is not written yet; those prompts are counted by the gateway.
      countsTokens: ['anthropic-messages'],
      path: (call) => `${publishers}${modelPath(call)}`,
      headers: async ({ signal }) => ({ authorization: `Bearer ${await tokens.current(signal)}` }),
      adapt: (body, { dialect }) => ({ body: dialect === 'gemini' ? withRoles(body) : body, dropped: [] }),
      body: ({ dialect, operation, body }) =>
        dialect === 'anthropic-messages' ? toClaudeBody(body, operation === 'count-tokens') : body,
      // Vertex lists what it could serve, not what the project may use.
      models: models ?? [],
    });
  }
}

/** Gemini and Claude in a project of Google Cloud. */
@Module({ imports: [TransportModule], providers: [VertexVendor], exports: [VertexVendor] })
export class VertexModule {
  static readonly type = 'vertex';
  static readonly vendor = VertexVendor;
}
