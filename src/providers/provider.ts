import { Inject, type Type } from '@nestjs/common';
import type { ProviderSettings } from '../config/settings.js';
import type { DialectName } from '../dialects/conversation.js';
import type { ChatExtension } from '../dialects/openai-chat/openai-chat.extensions.js';

/** What a call asks for: an answer, embeddings, or the number of tokens of a prompt. */
type Operation = 'generate' | 'embed' | 'count-tokens';

/** How a vendor takes and gives embeddings. */
export type EmbeddingDialect = 'openai-embeddings' | 'gemini-embeddings';

/** One call in a language that the provider speaks. */
export interface ProviderCall {
  readonly operation: Operation;
  /** The language of the body; for embeddings the provider's `embeds` says it. */
  readonly dialect: DialectName;
  /** The vendor's name for the model; the body names the same one where its dialect names it there. */
  readonly model: string;
  /** JSON. */
  readonly body: Buffer;
  /** Whether the answer is to come as a stream. */
  readonly stream: boolean;
  /** Headers for the vendor: the caller's allowed ones and the trace. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long connecting may take; the gateway's own where it is left out. */
  readonly connectMs?: number | undefined;
  /** Ends the call wherever it is. A call that it ends rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A vendor's 2xx answer, its body still to be read. Leaving the iteration early ends the call. */
export interface ProviderReply {
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** What a body is for. */
export interface AdaptedCall {
  /** An answer, where it is left out. */
  readonly operation?: Operation;
  readonly dialect: DialectName;
  readonly stream: boolean;
}

/** A body as a vendor takes it. */
export interface AdaptedBody {
  readonly body: Buffer;
  /** Names of the fields that had to be left out. */
  readonly dropped: readonly string[];
}

/** One configured account at one base URL that speaks one dialect or several. `send` is the only I/O of a call. */
export interface Provider {
  /** The name in the settings, such as `openai` or `azure-eu`. */
  readonly name: string;
  /** The price catalogue's id of the vendor; `free` where calls cost nothing; `undefined` where prices are not known. */
  readonly priceId: string | undefined;
  /**
   * The languages it understands. A client that speaks one of them has its bytes passed through; for all others the
   * first one is translated to.
   */
  readonly speaks: readonly [DialectName, ...DialectName[]];
  /** The languages of this model, at a vendor whose models differ in that. `dialectsOf` asks it. */
  readonly speaksFor?: ((model: string) => readonly [DialectName, ...DialectName[]]) | undefined;
  /** What it takes of OpenAI's chat dialect beyond OpenAI's own form; `ChatExtension` lists what there is. */
  readonly extensions?: readonly ChatExtension[] | undefined;
  /** `undefined` where it has no embeddings. */
  readonly embeds: EmbeddingDialect | undefined;
  /** Dialects in which it counts tokens itself. */
  readonly countsTokens: readonly DialectName[];
  /**
   * Changes a body of one of its dialects into what this vendor takes of it: fields that it refuses left out, fields
   * that it calls otherwise renamed, every other byte as it was. Pure.
   */
  adapt(body: Buffer, call: AdaptedCall): AdaptedBody;
  /** Whether a stream in this dialect reports usage only when it is asked to (`stream_options.include_usage`). */
  readonly askForUsage: boolean;
  /**
   * Whether its models go on with an assistant's message at the end of a conversation. Where it is left out, the dialect
   * knows, or nobody does.
   */
  readonly takesPrefill?: boolean | undefined;
  /** @throws UpstreamError when no 2xx answer came, with the vendor's status and body where there was one */
  send(call: ProviderCall): Promise<ProviderReply>;
  /**
   * The ids of the models that this account serves.
   * @throws UpstreamError when the vendor does not say
   */
  listModels(signal: AbortSignal): Promise<readonly string[]>;
}

/** The languages in which a provider takes calls of this model, the one to translate to first. */
export function dialectsOf(provider: Provider, model: string): readonly [DialectName, ...DialectName[]] {
  return provider.speaksFor?.(model) ?? provider.speaks;
}

/** Makes providers of one type from their settings. An internal team writes one of these and a module around it. */
export interface Vendor {
  /** @throws SettingsError when a setting that this vendor needs is missing or wrong */
  create(name: string, settings: ProviderSettings): Provider;
}

/** A vendor's Nest module. */
export interface VendorModule extends Type {
  /** What `type` says in the settings. */
  readonly type: string;
  /** The environment variable whose key alone makes a provider of this type ready to use. */
  readonly apiKeyVariable?: string;
  /** A setting without which that key alone makes none, such as an address that only the account's owner knows. */
  readonly keyNeeds?: keyof ProviderSettings;
  /** The class that the module provides and exports. */
  readonly vendor: Type<Vendor>;
}

/** DI token of the `ProviderRegistry`. */
export const PROVIDER_REGISTRY = Symbol('PROVIDER_REGISTRY');

/** DI token of the provider with this name. */
export function providerToken(name: string): string {
  return `PROVIDER:${name}`;
}

/** Injects the provider with this name. The start fails when no provider has it. */
export function InjectProvider(name: string): ParameterDecorator & PropertyDecorator {
  return Inject(providerToken(name));
}
