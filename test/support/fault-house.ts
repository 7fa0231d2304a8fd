import { afterAll, beforeAll } from 'vitest';
import { Place, type PlaceOptions } from './fault-place.js';
import { promised, writeFaults } from './fault-table.js';
import type { Mode, Question, Received } from './faulty-client.js';
import { FaultyVendor } from './faulty-vendor.js';
import { startGateway, type Gateway } from './gateway.js';
import type { Dialect } from './tongues/tongue.js';

export const DIALECTS: readonly Dialect[] = ['openai-chat', 'anthropic-messages'];
export const MODES: readonly Mode[] = ['JSON', 'stream'];
export const ADMIN_KEY = 'the-key-of-the-tests-administrator';

/** Quick, and generous where a test is not about the limit itself. */
export const RESILIENCE = {
  retry: { maxAttempts: 3, baseDelayMs: 50, maxDelayMs: 2000, budgetPercent: 100 },
  timeouts: { connectMs: 1000, firstTokenMs: 5000, idleMs: 5000, totalMs: 12_000 },
};

/** Of every model. */
export const PRICES = { inputUsdPerMillion: 1, outputUsdPerMillion: 10 };

const ORDINALS = ['first', 'second', 'third'] as const;
type Ordinal = (typeof ORDINALS)[number];

const TEXT =
  'The river leaves the hills in the early morning, winds slowly through seven villages, passes the old stone mill, and ' +
  'reaches the sea at the harbour long after everybody has gone to bed.';

/** What tests of a fault are about. */
export interface FaultOptions extends Omit<PlaceOptions, 'speaks'> {
  /** As the table's first column names it. */
  readonly fault: string;
  /** What the caller gets, for the table; a mode without an outcome is not tested. */
  readonly outcome: Readonly<Partial<Record<Mode, string>>>;
  /** More fields of the request. */
  readonly extra?: Readonly<Record<Dialect, object>>;
  readonly headers?: Question['headers'];
  /** Whether targets of different dialects are tried as well. */
  readonly isMixed?: boolean;
}

/** One client in front of one model of the gateway. */
export interface Scene {
  readonly title: string;
  readonly client: Dialect;
  readonly mode: Mode;
  /** The dialect of each target; the last one is that of all further ones. */
  readonly speaks: readonly Dialect[];
  readonly place: Place;
  /** Asks, checks what came, and tells the table how that went. */
  readonly shows: (check: (received: Received) => void | Promise<void>) => Promise<void>;
}

const PURE = DIALECTS.map((dialect) => [dialect]);
const MIXED = DIALECTS.flatMap((one) => DIALECTS.map((other) => [one, other]));

/** A gateway between clients and three faulty vendors, each of which is a provider of either dialect. */
export class FaultHouse {
  readonly vendors: Readonly<Record<Ordinal, FaultyVendor>> = {
    first: new FaultyVendor('first'),
    second: new FaultyVendor('second'),
    third: new FaultyVendor('third'),
  };
  private readonly models: Record<string, object> = {};
  private readonly prices: object[] = [];
  private running: Gateway | undefined;

  /** @param settings more of the gateway's settings; a group takes the place of the usual one */
  constructor(private readonly settings: object = {}) {
    beforeAll(() => this.open());
    afterAll(() => this.close());
    writeFaults();
  }

  get gateway(): Gateway {
    if (this.running === undefined) throw new Error('the gateway is not running');
    return this.running;
  }

  get url(): string {
    return this.gateway.url;
  }

  /** Adds a model to the gateway's settings. To be called before the tests run. */
  place({ speaks, text = TEXT, settings, takesPrefill, isSameModel, ...scripts }: PlaceOptions): Place {
    const number = Object.keys(this.models).length + 1;
    const targets = ORDINALS.flatMap((ordinal, index) => {
      const script = scripts[ordinal];
      if (script === undefined) return [];
      const dialect = speaks[Math.min(index, speaks.length - 1)] ?? 'openai-chat';
      const id = `${modelName(dialect, takesPrefill)}-${isSameModel ? '' : ordinal}${number}`;
      return [{ provider: providerName(ordinal, dialect), model: this.vendors[ordinal].model(id, text, ...script) }];
    });
    this.prices.push(...targets.map(({ model }) => ({ model: model.id, ...PRICES })));
    const name = `place-${number}`;
    this.models[name] = {
      ...settings,
      targets: targets.map(({ provider, model }) => ({ provider, model: model.id })),
    };
    return new Place(this, name, targets);
  }

  /** One for each client dialect and mode, with vendors of the client's own dialect and of the other one. */
  scenes({ fault, outcome, isMixed, extra, headers, ...options }: FaultOptions): Scene[] {
    const speakers = isMixed ? MIXED : PURE;
    const ways = MODES.flatMap((mode) =>
      DIALECTS.flatMap((client) => speakers.map((speaks) => ({ mode, client, speaks }))),
    );
    return ways.flatMap(({ mode, client, speaks }) => {
      const expected = outcome[mode];
      if (expected === undefined) return [];
      const place = this.place({ ...options, speaks });
      const record = promised({ fault, client, mode, outcome: expected });
      const ask = () => place.asks({ client, mode, extra: extra?.[client], headers });
      const shows: Scene['shows'] = (check) => record(async () => check(await ask()));
      return [
        { title: `${fault}, ${mode} for ${client} from ${speaks.join(' and ')}`, client, mode, speaks, place, shows },
      ];
    });
  }

  private async open(): Promise<void> {
    await Promise.all(Object.values(this.vendors).map((vendor) => vendor.goUp()));
    const providers = ORDINALS.flatMap((ordinal) =>
      DIALECTS.map((dialect) => [providerName(ordinal, dialect), this.vendors[ordinal].settings(dialect)] as const),
    );
    this.running = await startGateway({
      env: { GATEWAY_ADMIN_KEY: ADMIN_KEY },
      settings: {
        limits: { requestsPerMinute: 1_000_000_000, concurrentRequests: 1_000_000 },
        resilience: RESILIENCE,
        providers: Object.fromEntries(providers),
        models: this.models,
        pricing: { overrides: this.prices },
        ...this.settings,
      },
    });
  }

  /** No call may be left open at a vendor, and no connection once the gateway has stopped. */
  private async close(): Promise<void> {
    const vendors = Object.values(this.vendors);
    await Promise.all(vendors.map((vendor) => vendor.settled()));
    await this.running?.stop();
    await Promise.all(vendors.map((vendor) => vendor.abandoned()));
    await Promise.all(vendors.map((vendor) => vendor.goDown()));
  }
}

/** Claude takes a prefill up to 4.5, OpenAI's chat never. */
function modelName(dialect: Dialect, takesPrefill = false): string {
  if (dialect === 'openai-chat') return 'river-model';
  return takesPrefill ? 'claude-sonnet-4-5' : 'claude-sonnet-5';
}

function providerName(ordinal: Ordinal, dialect: Dialect): string {
  return `${ordinal}-${dialect === 'openai-chat' ? 'openai' : 'anthropic'}`;
}
