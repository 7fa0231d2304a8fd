import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import { UpstreamError } from '../errors/upstream-error.js';
import { FORBIDDEN_ADDRESS } from './address-guard.js';
import type { Provider, ProviderCall, ProviderReply } from './provider.js';
import { MAX_REPLY_BYTES, readBounded } from './read-bounded.js';
import { parseRetryAfter } from './retry-after.js';

const MAX_ERROR_BYTES = 1024 * 1024;

interface OpenAiChatProviderOptions {
  readonly name: string;
  readonly priceId: string | undefined;
  /** Models from the settings; where there are some, the vendor is not asked. */
  readonly models: readonly string[] | undefined;
  readonly client: AxiosInstance;
}

type Body = Buffer | AsyncIterable<Buffer>;

/**
 * An account at a vendor that speaks OpenAI's chat dialect.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export class OpenAiChatProvider implements Provider {
  readonly name: string;
  readonly priceId: string | undefined;

  constructor(private readonly options: OpenAiChatProviderOptions) {
    this.name = options.name;
    this.priceId = options.priceId;
  }

  async send({ body, stream, headers, signal }: ProviderCall): Promise<ProviderReply> {
    const response = await this.request({
      method: 'post',
      url: '/chat/completions',
      data: body,
      headers: {
        ...headers,
        accept: stream ? 'text/event-stream' : 'application/json',
        'content-type': 'application/json',
      },
      responseType: stream ? 'stream' : 'arraybuffer',
      signal,
    });
    return { body: Buffer.isBuffer(response.data) ? [response.data] : response.data };
  }

  async listModels(signal: AbortSignal): Promise<readonly string[]> {
    if (this.options.models) return this.options.models;
    const response = await this.request({ method: 'get', url: '/models', responseType: 'arraybuffer', signal });
    return modelIds(await bytesOf(response.data));
  }

  private async request(config: AxiosRequestConfig & { signal: AbortSignal }): Promise<AxiosResponse<Body>> {
    let response: AxiosResponse<Body>;
    try {
      response = await this.options.client.request<Body>({ ...config, maxContentLength: MAX_REPLY_BYTES });
    } catch (error) {
      config.signal.throwIfAborted();
      throw error instanceof UpstreamError ? error : networkError(this.name, error);
    }
    if (response.status >= 200 && response.status < 300) return response;
    throw await statusError(this.name, response);
  }
}

async function statusError(provider: string, { status, headers, data }: AxiosResponse<Body>): Promise<UpstreamError> {
  const retryAfterMs = parseRetryAfter(headers as Record<string, string | undefined>, Date.now());
  const body = await bytesOf(data).catch(() => Buffer.alloc(0));
  return new UpstreamError({ reason: 'status', status, body, retryAfterMs }, `${provider} answered ${status}`);
}

/** Sockets, DNS and the HTTP parser give their errors a code; anything else is a fault of our own. */
function networkError(provider: string, cause: unknown): unknown {
  if (!(cause instanceof Error && 'code' in cause)) return cause;
  const code = String(cause.code);
  const reason = code === FORBIDDEN_ADDRESS ? 'forbidden_address' : 'network';
  return new UpstreamError({ reason }, `${provider} could not be reached (${code})`, { cause });
}

async function bytesOf(body: Body): Promise<Buffer> {
  return Buffer.isBuffer(body) ? body : readBounded(body, MAX_ERROR_BYTES);
}

function modelIds(bytes: Buffer): string[] {
  try {
    const list: { data?: readonly { id?: unknown }[] } = JSON.parse(bytes.toString());
    return (list.data ?? []).flatMap(({ id }) => (typeof id === 'string' ? id : []));
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the list of models is not JSON', { cause });
  }
}
