import type { AxiosInstance, AxiosResponse } from 'axios';
import type { Readable } from 'node:stream';
import { UpstreamError } from '../../errors/upstream-error.js';
import { FORBIDDEN_ADDRESS } from '../address-guard.js';
import type { Provider, ProviderCall, ProviderReply } from '../provider.js';
import { readBounded } from '../read-bounded.js';
import { parseRetryAfter } from '../retry-after.js';

const MAX_ERROR_BYTES = 1024 * 1024;
const MAX_LIST_BYTES = 16 * 1024 * 1024;

interface OpenAiProviderOptions {
  readonly name: string;
  readonly priceId: string | undefined;
  /** Models from the settings; where there are some, the vendor is not asked. */
  readonly models: readonly string[] | undefined;
  readonly client: AxiosInstance;
}

/**
 * An account at a vendor that speaks OpenAI's chat dialect.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export class OpenAiProvider implements Provider {
  readonly name: string;
  readonly priceId: string | undefined;

  constructor(private readonly options: OpenAiProviderOptions) {
    this.name = options.name;
    this.priceId = options.priceId;
  }

  async send({ body, stream, headers, signal }: ProviderCall): Promise<ProviderReply> {
    const accept = stream ? 'text/event-stream' : 'application/json';
    const response = await this.request(signal, () =>
      this.options.client.post<Readable>('/chat/completions', body, {
        headers: { ...headers, accept, 'content-type': 'application/json' },
        signal,
      }),
    );
    return { contentType: String(response.headers['content-type'] ?? ''), body: response.data };
  }

  async listModels(signal: AbortSignal): Promise<readonly string[]> {
    if (this.options.models) return this.options.models;
    const response = await this.request(signal, () => this.options.client.get<Readable>('/models', { signal }));
    const bytes = await readBounded(response.data, MAX_LIST_BYTES);
    return modelIds(bytes);
  }

  private async request(
    signal: AbortSignal,
    call: () => Promise<AxiosResponse<Readable>>,
  ): Promise<AxiosResponse<Readable>> {
    let response: AxiosResponse<Readable>;
    try {
      response = await call();
    } catch (cause) {
      throw signal.aborted ? signal.reason : networkError(this.name, cause);
    }
    if (response.status >= 200 && response.status < 300) return response;
    throw await statusError(this.name, response);
  }
}

async function statusError(provider: string, response: AxiosResponse<Readable>): Promise<UpstreamError> {
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers as Record<string, string | undefined>, Date.now());
  const body = await readBounded(response.data, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0));
  return new UpstreamError({ reason: 'status', status, body, retryAfterMs }, `${provider} answered ${status}`);
}

function networkError(provider: string, cause: unknown): UpstreamError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const reason = code === FORBIDDEN_ADDRESS ? 'forbidden_address' : 'network';
  return new UpstreamError({ reason }, `${provider} could not be reached (${code})`, { cause });
}

function modelIds(bytes: Buffer): string[] {
  try {
    const list: { data?: readonly { id?: unknown }[] } = JSON.parse(bytes.toString());
    return (list.data ?? []).flatMap(({ id }) => (typeof id === 'string' ? id : []));
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the list of models is not JSON', { cause });
  }
}
