import { GatewayError } from '../../errors/gateway-error.js';
import type { AdaptedBody, Provider, ProviderCall, ProviderReply } from '../provider.js';
import { unlessAborted } from '../unless-aborted.js';
import { withoutSteps } from '../vendor-path.js';
import { type AiSdkModels, modelOf } from './ai-sdk.models.js';
import { resultBytes, streamBytes } from './answer-bytes.js';
import { callOptions } from './call-options.js';
import { callConnectMs } from './guarded-fetch.js';
import { toUpstreamError } from './upstream-failure.js';

const TRACE_HEADERS = new Set(['traceparent', 'tracestate']);

interface AiSdkProviderOptions {
  readonly name: string;
  /** Models from the settings: the specification has no list of them. */
  readonly models: readonly string[] | undefined;
  /** Called until it has given the models once. */
  readonly load: () => Promise<AiSdkModels>;
}

/**
 * An account at any vendor that a package for the AI SDK exists for. The package makes the HTTP calls; bodies and
 * answers are its objects as JSON, which the dialect `ai-sdk` writes and reads.
 * @see https://ai-sdk.dev/providers/community-providers/custom-providers
 */
export class AiSdkProvider implements Provider {
  readonly name: string;
  readonly priceId = undefined;
  readonly speaks = ['ai-sdk'] as const;
  readonly embeds = undefined;
  readonly countsTokens = [];
  readonly askForUsage = false;
  private loaded: AiSdkModels | undefined;

  constructor(private readonly options: AiSdkProviderOptions) {
    this.name = options.name;
  }

  adapt(body: Buffer): AdaptedBody {
    return { body, dropped: [] };
  }

  async send(call: ProviderCall): Promise<ProviderReply> {
    const { signal, connectMs } = call;
    try {
      const answer = callConnectMs.run(connectMs, () => this.ask(call));
      return await unlessAborted(signal, answer);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof GatewayError ? error : toUpstreamError(this.name, error);
    }
  }

  async listModels(): Promise<readonly string[]> {
    return this.options.models ?? [];
  }

  private async ask({ model: id, body, stream, headers, signal }: ProviderCall): Promise<ProviderReply> {
    this.loaded ??= await this.options.load();
    const model = modelOf(this.loaded, withoutSteps(id));
    const options = {
      ...callOptions(body, model.specificationVersion),
      headers: traceOf(headers),
      abortSignal: signal,
    };
    if (!stream) return { body: [resultBytes(await model.doGenerate(options))] };
    const answer = await model.doStream(options);
    return { body: streamBytes(this.name, answer.stream, signal) };
  }
}

/** The caller's own headers are for the vendor that it was written for, and would override the package's. */
function traceOf(headers: ProviderCall['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => TRACE_HEADERS.has(name)));
}
