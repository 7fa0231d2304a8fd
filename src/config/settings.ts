import { Allow, IsOptional, Matches } from 'class-validator';
import {
  Amount,
  AnyGroup,
  Day,
  Flag,
  Group,
  HttpUrl,
  ListOf,
  OneOf,
  Region,
  Text,
  TextLike,
  TextList,
  Whole,
} from './setting.decorators.js';

const DAY_MS = 86_400_000;
export const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
export const NAME_RULE = 'a name of letters, digits, dots, dashes and underscores';

/** The languages that a provider's settings can ask for. */
const DIALECTS = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;

/** When this process has more work than it can do in time: new requests are refused at once rather than served late. */
export class SheddingSettings {
  /** Of the event loop, on average. */
  @Whole(1, DAY_MS) readonly eventLoopDelayMs: number = 250;
  /** Of the heap's limit. */
  @Whole(1, 100) readonly heapPercent: number = 90;
}

/** How the order of a model's targets is found. */
export const STRATEGIES = ['priority', 'weighted', 'least-latency', 'least-busy', 'cheapest'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export class ServerSettings {
  @Whole(1024, 1_073_741_824) readonly maxBodyBytes: number = 33_554_432;
  @Whole(0, DAY_MS) readonly shutdownGraceMs: number = 30_000;
  @Group(() => SheddingSettings) readonly shedding: SheddingSettings = new SheddingSettings();
  /** Whether `x-forwarded-for` names the caller's address. */
  @Flag() readonly trustProxy: boolean = false;
}

export class AuthSettings {
  @IsOptional() @OneOf(['keys', 'open']) readonly mode?: 'keys' | 'open';
}

/** Clocks of one provider or model: what is left out is the gateway's own. */
export class TimeoutOverrides {
  @IsOptional() @Whole(1, DAY_MS) readonly connectMs?: number;
  @IsOptional() @Whole(1, DAY_MS) readonly firstTokenMs?: number;
  @IsOptional() @Whole(1, DAY_MS) readonly headersMs?: number;
  @IsOptional() @Whole(1, DAY_MS) readonly idleMs?: number;
  @IsOptional() @Whole(1, DAY_MS) readonly totalMs?: number;
}

/** How many calls to one provider may run at once, and how many may wait for how long until one has ended. */
export class ConcurrencySettings {
  @Whole(1, 1_000_000) readonly maxCalls: number = 1_000;
  @Whole(0, 1_000_000) readonly maxQueued: number = 100;
  @Whole(0, DAY_MS) readonly queueMs: number = 1_000;
}

/** One account at one vendor. */
export class ProviderSettings {
  /** The vendor's module; the provider's own name where it is left out. */
  @IsOptional() @TextLike(NAME, NAME_RULE) readonly type?: string;
  @IsOptional() @Text() readonly apiKey?: string;
  @IsOptional() @HttpUrl() readonly baseUrl?: string;
  /** Lets the base URL be, or resolve to, an address that is not public. */
  @Flag() readonly allowPrivateNetwork: boolean = false;
  /** Models this account serves, for a vendor that does not list them. */
  @TextList() readonly models?: readonly string[];
  /** The vendor's language to translate to, where it speaks several. */
  @IsOptional() @OneOf(DIALECTS) readonly dialect?: (typeof DIALECTS)[number];
  /** Of Azure's API, for an address with deployments in it. */
  @IsOptional() @TextLike(/^[\w.-]{1,64}$/, 'a version such as 2024-10-21') readonly apiVersion?: string;
  /** Of AWS. */
  @IsOptional() @Region() readonly region?: string;
  @IsOptional() @Text() readonly accessKeyId?: string;
  @IsOptional() @Text() readonly secretAccessKey?: string;
  @IsOptional() @Text(16_384) readonly sessionToken?: string;
  /** Of Google Cloud. */
  @IsOptional() @TextLike(/^[a-z0-9.:-]{1,128}$/, 'a project’s id') readonly project?: string;
  /** Of Google Cloud. */
  @IsOptional() @Region() readonly location?: string;
  /** The path of a file with a service account's key, or what is in it. */
  @IsOptional() @Text(16_384) readonly credentials?: string;
  /** An AI SDK provider package. */
  @IsOptional() @Text(256) readonly package?: string;
  /** What that package's factory is given, in its own words. */
  @IsOptional() @AnyGroup() readonly options?: Readonly<Record<string, unknown>>;
  @IsOptional() @Group(() => TimeoutOverrides) readonly timeouts?: TimeoutOverrides;
  @Group(() => ConcurrencySettings) readonly concurrency: ConcurrencySettings = new ConcurrencySettings();
}

/** What a model takes. What is left out is looked up in the catalogue of models, and assumed where that does not know. */
export class CapabilitySettings {
  /** Tokens that the prompt and the answer may have together. */
  @IsOptional() @Whole(1, 1_000_000_000) readonly contextTokens?: number;
  @IsOptional() @Flag() readonly images?: boolean;
  @IsOptional() @Flag() readonly tools?: boolean;
  /** Answers that keep to a JSON schema. */
  @IsOptional() @Flag() readonly jsonSchema?: boolean;
}

export class TargetSettings {
  @TextLike(NAME, NAME_RULE) readonly provider!: string;
  @Text(256) readonly model!: string;
  /** Its share where the strategy is `weighted`; 0 is asked when no other is left. */
  @Whole(0, 1_000_000) readonly weight: number = 1;
  @IsOptional() @Group(() => CapabilitySettings) readonly capabilities?: CapabilitySettings;
}

export class RetrySettings {
  /** Calls to one target, the first one included. */
  @Whole(1, 10) readonly maxAttempts: number = 3;
  @Whole(0, DAY_MS) readonly baseDelayMs: number = 500;
  @Whole(0, DAY_MS) readonly maxDelayMs: number = 8_000;
  /** Of a hundred calls at a provider, running or made, how many may be retries; three at once always may. */
  @Whole(0, 100) readonly budgetPercent: number = 20;
}

export class TimeoutSettings {
  @Whole(1, DAY_MS) readonly connectMs: number = 5_000;
  /** Until the first token of a stream. */
  @Whole(1, DAY_MS) readonly firstTokenMs: number = 30_000;
  /**
   * Until a JSON answer begins, which is when all of it was written, at a target after which another one can be asked.
   * Ten times `firstTokenMs` where it is left out.
   */
  @IsOptional() @Whole(1, DAY_MS) readonly headersMs?: number;
  /** Between two reads of a stream. */
  @Whole(1, DAY_MS) readonly idleMs: number = 15_000;
  /** The whole request: every attempt, every pause. */
  @Whole(1, DAY_MS) readonly totalMs: number = 600_000;
}

/** When a model at a provider is left alone for a while. */
export class BreakerSettings {
  /** The last calls that count. */
  @Whole(1, 10_000) readonly window: number = 20;
  @Whole(1, 100) readonly failurePercent: number = 50;
  @Whole(1, 10_000) readonly minimumCalls: number = 5;
  /** For how long; longer the longer it has been left alone, up to `maxOpenMs`. */
  @Whole(1, DAY_MS) readonly openMs: number = 30_000;
  @Whole(1, DAY_MS) readonly maxOpenMs: number = 300_000;
}

export class ResilienceSettings {
  @Group(() => RetrySettings) readonly retry: RetrySettings = new RetrySettings();
  @Group(() => TimeoutSettings) readonly timeouts: TimeoutSettings = new TimeoutSettings();
  @Group(() => BreakerSettings) readonly breaker: BreakerSettings = new BreakerSettings();
  @OneOf(['continue', 'error']) readonly streamRecovery: 'continue' | 'error' = 'continue';
}

export class RetryOverrides {
  @IsOptional() @Whole(1, 10) readonly maxAttempts?: number;
  @IsOptional() @Whole(0, DAY_MS) readonly baseDelayMs?: number;
  @IsOptional() @Whole(0, DAY_MS) readonly maxDelayMs?: number;
  @IsOptional() @Whole(0, 100) readonly budgetPercent?: number;
}

export class BreakerOverrides {
  @IsOptional() @Whole(1, 10_000) readonly window?: number;
  @IsOptional() @Whole(1, 100) readonly failurePercent?: number;
  @IsOptional() @Whole(1, 10_000) readonly minimumCalls?: number;
  @IsOptional() @Whole(1, DAY_MS) readonly openMs?: number;
  @IsOptional() @Whole(1, DAY_MS) readonly maxOpenMs?: number;
}

export class ModelSettings {
  @OneOf(STRATEGIES) readonly strategy: Strategy = 'priority';
  @ListOf(() => TargetSettings) readonly targets: readonly TargetSettings[] = [];
  @IsOptional() @Group(() => TimeoutOverrides) readonly timeouts?: TimeoutOverrides;
  @IsOptional() @Group(() => RetryOverrides) readonly retry?: RetryOverrides;
  @IsOptional() @Group(() => BreakerOverrides) readonly breaker?: BreakerOverrides;
  @IsOptional() @OneOf(['continue', 'error']) readonly streamRecovery?: 'continue' | 'error';
}

export class LimitSettings {
  @Whole(1, 1_000_000_000) readonly requestsPerMinute: number = 600;
  @Whole(1, 1_000_000_000_000) readonly tokensPerMinute: number = 2_000_000;
  @Whole(1, 1_000_000) readonly concurrentRequests: number = 100;
}

export class CacheSettings {
  @Flag() readonly enabled: boolean = false;
  @Whole(1, 31_536_000) readonly ttlSeconds: number = 300;
  @Whole(1, 100_000_000) readonly maxEntries: number = 10_000;
}

/** A price that goes before the catalogue's, for one model at one provider or at all of them. */
export class PriceOverride {
  @IsOptional() @TextLike(NAME, NAME_RULE) readonly provider?: string;
  @Text(256) readonly model!: string;
  @Amount() readonly inputUsdPerMillion!: number;
  @Amount() readonly outputUsdPerMillion!: number;
  @IsOptional() @Amount() readonly cacheReadUsdPerMillion?: number;
  @IsOptional() @Amount() readonly cacheWriteUsdPerMillion?: number;
  /** The day from which it holds, UTC. */
  @IsOptional() @Day() readonly from?: string;
}

export class PricingSettings {
  @OneOf(['allow', 'refuse']) readonly unknownModel: 'allow' | 'refuse' = 'allow';
  @ListOf(() => PriceOverride) readonly overrides: readonly PriceOverride[] = [];
}

/** A caller's key, kept as its hash. */
export class KeySettings {
  @TextLike(NAME, NAME_RULE) readonly name!: string;
  @Matches(/^[0-9a-f]{64}$/, { message: 'the SHA-256 of the key, 64 lower-case hex digits' }) readonly sha256!: string;
}

export class TelemetrySettings {
  @Flag() readonly captureContent: boolean = false;
}

/** The settings file, as a class for each group; defaults are the contract's. */
export class FileSettings {
  @Group(() => ServerSettings) readonly server: ServerSettings = new ServerSettings();
  @Group(() => AuthSettings) readonly auth: AuthSettings = new AuthSettings();
  @Allow() readonly providers: Readonly<Record<string, ProviderSettings>> = {};
  @Allow() readonly models: Readonly<Record<string, ModelSettings>> = {};
  @Group(() => ResilienceSettings) readonly resilience: ResilienceSettings = new ResilienceSettings();
  @Group(() => LimitSettings) readonly limits: LimitSettings = new LimitSettings();
  @Group(() => CacheSettings) readonly cache: CacheSettings = new CacheSettings();
  @Group(() => PricingSettings) readonly pricing: PricingSettings = new PricingSettings();
  @ListOf(() => KeySettings) readonly keys: readonly KeySettings[] = [];
  @Group(() => TelemetrySettings) readonly telemetry: TelemetrySettings = new TelemetrySettings();
}
