import { Inject, type Type } from '@nestjs/common';
import type { ProviderSettings } from '../config/settings.js';

/** One call in the provider's own dialect. */
export interface ProviderCall {
  /** The vendor's name for the model; the body names the same one. */
  readonly model: string;
  readonly body: Buffer;
  /** Whether the body asks for server-sent events. */
  readonly stream: boolean;
  /** Headers for the vendor: the caller's allowed ones and the trace. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the call wherever it is. A call that it ends rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A vendor's 2xx answer, its body still to be read. Leaving the iteration early ends the call. */
export interface ProviderReply {
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** One configured account at one base URL that speaks a dialect. `send` is the only I/O of a call. */
export interface Provider {
  /** The name in the settings, such as `openai` or `azure-eu`. */
  readonly name: string;
  /** The price catalogue's id of the vendor; `free` where calls cost nothing; `undefined` where prices are not known. */
  readonly priceId: string | undefined;
  /** @throws UpstreamError when no 2xx answer came, with the vendor's status and body where there was one */
  send(call: ProviderCall): Promise<ProviderReply>;
  /**
   * The ids of the models that this account serves.
   * @throws UpstreamError when the vendor does not say
   */
  listModels(signal: AbortSignal): Promise<readonly string[]>;
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
