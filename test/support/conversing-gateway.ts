import { afterAll, beforeAll } from 'vitest';
import { startConversingVendor, type ConversingVendor } from './conversing-vendor.js';
import { writeFeatures } from './feature-matrix.js';
import { startGateway, type Gateway } from './gateway.js';
import { PARIS, argumentPieces } from './voices/script.js';

/** A way to the conversing vendor: through the gateway, in one of the vendor's dialects, or past it. */
export interface Door {
  readonly title: string;
  /** The vendor's dialect; `undefined` past the gateway, where it is the client's own. */
  readonly vendor: string | undefined;
  readonly model: string;
  /** The vendor counts the tokens of its reasoning. */
  readonly countsReasoning: boolean;
  /** In how many pieces the arguments of a call stream. */
  readonly argumentPieces: number;
}

const MODELS = {
  'openai-chat': 'chat/m1',
  'openai-responses': 'responses/gpt-5.1',
  'anthropic-messages': 'claude/claude-sonnet-4-5',
  gemini: 'gemini/gemini-3-flash-preview',
  'bedrock-converse': 'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
};

const throughTheGateway: readonly Door[] = Object.entries(MODELS).map(([vendor, model]) => ({
  title: `through the gateway to ${vendor}`,
  vendor,
  model,
  countsReasoning: vendor !== 'bedrock-converse',
  argumentPieces: piecesAt(vendor),
}));

/** Gemini has its calls whole. */
function piecesAt(vendor: string): number {
  return vendor === 'gemini' ? 1 : argumentPieces(PARIS).length;
}

/** Every way for a client of this dialect. That past the gateway proves that a test asks for what the client can do. */
export function doorsOf(client: Exclude<keyof typeof MODELS, 'bedrock-converse'>): readonly Door[] {
  // Of the name's own making, or Anthropic's SDK warns of its age.
  const model = MODELS[client].replace(/^\w+\/(claude)?/, (_, claude?: string) => (claude ? `my-${claude}` : ''));
  const direct = {
    title: 'past the gateway',
    vendor: undefined,
    model,
    countsReasoning: true,
    argumentPieces: piecesAt(client),
  };
  return [direct, ...throughTheGateway];
}

/** The conversing vendor and a gateway in front of it, for the tests of one file. */
export class House {
  private parts: { readonly vendor: ConversingVendor; readonly gateway: Gateway } | undefined;

  constructor() {
    beforeAll(async () => {
      const vendor = await startConversingVendor();
      this.parts = { vendor, gateway: await startGateway({ settings: settingsFor(vendor) }) };
    });
    afterAll(async () => {
      await this.parts?.gateway.stop();
      await this.parts?.vendor.stop();
    });
    writeFeatures();
  }

  get vendor(): ConversingVendor {
    if (this.parts === undefined) throw new Error('the vendor has not been started');
    return this.parts.vendor;
  }

  /** Without a path. */
  urlOf(door: Pick<Door, 'vendor'>): string {
    if (this.parts === undefined) throw new Error('the gateway has not been started');
    return door.vendor === undefined ? this.parts.vendor.url : this.parts.gateway.url;
  }
}

function settingsFor({ url }: ConversingVendor): object {
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
    resilience: { retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 2 } },
  };
}
