import type { AxiosInstance } from 'axios';
import type { DialectName } from '../dialects/conversation.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { AdaptedBody, AdaptedCall, EmbeddingDialect, Provider, ProviderCall, ProviderReply } from './provider.js';
import { bytesOf, chunksOf, requestVendor } from './vendor-request.js';

/** What a vendor's API over HTTP is made of. What is left out, it does not have. */
export interface HttpProviderOptions {
  readonly name: string;
  readonly priceId: string | undefined;
  /** Of `Transport`, with the account's key among its headers. */
  readonly client: AxiosInstance;
  readonly speaks: readonly [DialectName, ...DialectName[]];
  readonly speaksFor?: Provider['speaksFor'];
  readonly extensions?: Provider['extensions'];
  readonly embeds?: EmbeddingDialect | undefined;
  readonly countsTokens?: readonly DialectName[];
  readonly askForUsage?: boolean;
  readonly takesPrefill?: boolean | undefined;
  readonly adapt?: Provider['adapt'];
  /** What comes after the client's base URL. */
  readonly path: (call: ProviderCall) => string;
  /** Headers that cannot be the client's, such as a token that expires. */
  readonly headers?: (call: ProviderCall) => Promise<Readonly<Record<string, string>>>;
  /** The body to send, where a call has it otherwise than its dialect. */
  readonly body?: (call: ProviderCall) => Buffer;
  /** Models from the settings; where there are some, the vendor is not asked. */
  readonly models: readonly string[] | undefined;
  readonly listing?: ModelListing | undefined;
}

/** How a vendor lists its models. */
export interface ModelListing {
  readonly path: string;
  /** @param list the JSON of the answer; what it throws over, is no list */
  read(list: unknown): readonly string[];
}

/** An account at a vendor with an API of JSON over HTTP, made from what is different about that vendor. */
export class HttpProvider implements Provider {
  readonly name: string;
  readonly priceId: string | undefined;
  readonly speaks: readonly [DialectName, ...DialectName[]];
  readonly speaksFor: Provider['speaksFor'];
  readonly extensions: Provider['extensions'];
  readonly embeds: EmbeddingDialect | undefined;
  readonly countsTokens: readonly DialectName[];
  readonly askForUsage: boolean;
  readonly takesPrefill: boolean | undefined;

  constructor(private readonly options: HttpProviderOptions) {
    this.name = options.name;
    this.priceId = options.priceId;
    this.speaks = options.speaks;
    this.speaksFor = options.speaksFor;
    this.extensions = options.extensions;
    this.embeds = options.embeds;
    this.countsTokens = options.countsTokens ?? [];
    this.askForUsage = options.askForUsage ?? false;
    this.takesPrefill = options.takesPrefill;
  }

  adapt(body: Buffer, call: AdaptedCall): AdaptedBody {
    return this.options.adapt?.(body, call) ?? { body, dropped: [] };
  }

  async send(call: ProviderCall): Promise<ProviderReply> {
    const { client, path, headers, body } = this.options;
    const response = await requestVendor(client, this.name, {
      method: 'post',
      url: path(call),
      data: body?.(call) ?? call.body,
      headers: {
        ...call.headers,
        ...(await headers?.(call)),
        accept: call.stream ? 'text/event-stream' : 'application/json',
        'content-type': 'application/json',
      },
      responseType: call.stream ? 'stream' : 'arraybuffer',
      connectMs: call.connectMs,
      signal: call.signal,
    });
    return { body: chunksOf(response) };
  }

  async listModels(signal: AbortSignal): Promise<readonly string[]> {
    const { client, models, listing } = this.options;
    if (models) return models;
    if (!listing) return [];
    const config = { method: 'get', url: listing.path, responseType: 'arraybuffer', signal } as const;
    const bytes = await bytesOf(await requestVendor(client, this.name, config));
    try {
      return listing.read(JSON.parse(bytes.toString()));
    } catch (cause) {
      throw new UpstreamError({ reason: 'invalid_reply' }, 'the list of models is not one', { cause });
    }
  }
}
