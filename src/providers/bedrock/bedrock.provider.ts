import type { AxiosInstance } from 'axios';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { AdaptedBody, Provider, ProviderCall, ProviderReply } from '../provider.js';
import { segment } from '../vendor-path.js';
import { bytesOf, chunksOf, requestVendor } from '../vendor-request.js';
import type { CredentialSource } from './bedrock.credentials.js';
import { type SignedRequest, signatureHeaders } from './bedrock.signer.js';

/** What both of Bedrock's hosts are called in a signature. */
const SERVICE = 'bedrock';

/** One of Bedrock's hosts. */
export interface BedrockEndpoint {
  readonly baseUrl: string;
  /** Of `Transport`, for that base URL. */
  readonly client: AxiosInstance;
}

interface BedrockProviderOptions {
  readonly name: string;
  readonly region: string;
  /** Answers. */
  readonly runtime: BedrockEndpoint;
  /** Lists the models. */
  readonly control: BedrockEndpoint;
  /** Models from the settings; where there are some, Bedrock is not asked. */
  readonly models: readonly string[] | undefined;
  /** Signs requests; `undefined` where the clients send a Bedrock API key. */
  readonly credentials: CredentialSource | undefined;
}

/**
 * An account at Amazon Bedrock, in one region.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export class BedrockProvider implements Provider {
  readonly name: string;
  readonly priceId = 'aws';
  readonly speaks = ['bedrock-converse'] as const;
  readonly embeds = undefined;
  readonly countsTokens = [];
  readonly askForUsage = false;

  constructor(private readonly options: BedrockProviderOptions) {
    this.name = options.name;
  }

  adapt(body: Buffer): AdaptedBody {
    return { body, dropped: [] };
  }

  async send({ model, body, stream, headers, connectMs, signal }: ProviderCall): Promise<ProviderReply> {
    const { runtime } = this.options;
    const path = `/model/${segment(model)}/${stream ? 'converse-stream' : 'converse'}`;
    const contentType = { 'content-type': 'application/json' };
    const proof = await this.sign(runtime, path, { method: 'POST', headers: contentType, body }, signal);
    const response = await requestVendor(runtime.client, this.name, {
      method: 'post',
      url: path,
      data: body,
      headers: {
        ...headers,
        accept: stream ? 'application/vnd.amazon.eventstream' : 'application/json',
        ...contentType,
        ...proof,
      },
      responseType: stream ? 'stream' : 'arraybuffer',
      connectMs,
      signal,
    });
    return { body: chunksOf(response) };
  }

  async listModels(signal: AbortSignal): Promise<readonly string[]> {
    const { control, models } = this.options;
    if (models) return models;
    const path = '/foundation-models';
    const headers = await this.sign(control, path, { method: 'GET', headers: {}, body: Buffer.alloc(0) }, signal);
    const config = { method: 'get', url: path, headers, responseType: 'arraybuffer', signal } as const;
    return modelIds(await bytesOf(await requestVendor(control.client, this.name, config)));
  }

  private async sign(
    { baseUrl }: BedrockEndpoint,
    path: string,
    request: Omit<SignedRequest, 'url'>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>>> {
    const { credentials: source, region } = this.options;
    if (!source) return {};
    const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path}`);
    const credentials = await source(signal);
    return signatureHeaders({ ...request, url }, { credentials, region, service: SERVICE, at: new Date() });
  }
}

interface ModelSummary {
  readonly modelId?: unknown;
  readonly inferenceTypesSupported?: readonly unknown[];
  readonly outputModalities?: readonly unknown[];
}

/**
 * Models that write text and can be called by their id; others need an inference profile, which this list has not.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
 */
function modelIds(bytes: Buffer): string[] {
  try {
    const list: { readonly modelSummaries?: readonly ModelSummary[] } = JSON.parse(bytes.toString());
    return (list.modelSummaries ?? []).flatMap(({ modelId, inferenceTypesSupported, outputModalities }) => {
      const isCallable = inferenceTypesSupported?.includes('ON_DEMAND') ?? false;
      const isWriter = outputModalities?.includes('TEXT') ?? true;
      return typeof modelId === 'string' && isCallable && isWriter ? modelId : [];
    });
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the list of models is not one', { cause });
  }
}
