import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startAgentVendor, type AgentRequest, type AgentVendor } from './agent-vendor.js';
import { gatewayComment } from './event-stream.js';
import { startGateway, type Gateway } from './gateway.js';
import { Tap, type Overheard } from './tap.js';

/** The vendor's models by the dialects that they are spoken to in. */
export const VENDOR_MODELS = {
  'openai-chat': { provider: 'chat', model: 'm1' },
  'openai-responses': { provider: 'responses', model: 'gpt-5.1' },
  'anthropic-messages': { provider: 'claude', model: 'claude-sonnet-5' },
  gemini: { provider: 'gemini', model: 'gemini-3-flash-preview' },
  'bedrock-converse': { provider: 'bedrock', model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
} as const;

type Target = (typeof VENDOR_MODELS)[keyof typeof VENDOR_MODELS];

/** A vendor whose model works for agents, a gateway in front of it, and what the agents and the gateway say. */
export class AgentHouse {
  private parts: { readonly vendor: AgentVendor; readonly gateway: Gateway; readonly tap: Tap } | undefined;

  /** @param names public names and the models that they stand for */
  constructor(names: Readonly<Record<string, { readonly provider: string; readonly model: string }>> = {}) {
    beforeAll(async () => {
      const vendor = await startAgentVendor();
      const gateway = await startGateway({ settings: settingsFor(vendor.url, names) });
      this.parts = { vendor, gateway, tap: await new Tap(gateway.url).start() };
    });
    beforeEach(() => {
      this.vendor.forget();
      this.overheard.splice(0);
    });
    afterAll(async () => {
      await this.parts?.tap.stop();
      await this.parts?.gateway.stop();
      await this.parts?.vendor.stop();
    });
  }

  /** The gateway's, for agents. */
  get url(): string {
    return this.started.tap.url;
  }

  get vendor(): AgentVendor {
    return this.started.vendor;
  }

  /** Every request for an answer that the vendor has seen in this test. */
  get requests(): readonly AgentRequest[] {
    return this.vendor.received;
  }

  get overheard(): Overheard[] {
    return this.started.tap.overheard;
  }

  private get started() {
    if (this.parts === undefined) throw new Error('the gateway has not been started');
    return this.parts;
  }
}

/** What the gateway told of the translation of a streamed answer, in its head and in its last comment. */
export function droppedIn({ answer, answerHeaders }: Overheard): {
  readonly head: string[];
  readonly comment: unknown;
} {
  const head = answerHeaders['x-gateway-dropped'];
  const comment = gatewayComment(answer) as { readonly dropped?: unknown };
  return { head: typeof head === 'string' ? head.split(', ') : [], comment: comment.dropped ?? [] };
}

export function nameOf({ provider, model }: Target): string {
  return `${provider}/${model}`;
}

function settingsFor(url: string, names: Readonly<Record<string, object>>): object {
  const account = { apiKey: 'sk-of-the-gateway', allowPrivateNetwork: true };
  return {
    providers: {
      chat: { ...account, type: 'openai-compatible', baseUrl: `${url}/v1` },
      responses: { ...account, type: 'openai', dialect: 'openai-responses', baseUrl: `${url}/v1` },
      claude: { ...account, type: 'anthropic', baseUrl: url },
      gemini: { ...account, type: 'gemini', baseUrl: url },
      bedrock: {
        type: 'bedrock',
        baseUrl: url,
        region: 'eu-west-1',
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'secret-of-the-gateway',
        allowPrivateNetwork: true,
      },
    },
    models: Object.fromEntries(Object.entries(names).map(([name, target]) => [name, { targets: [target] }])),
    resilience: { retry: { maxAttempts: 1 } },
  };
}
