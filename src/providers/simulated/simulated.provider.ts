import { UpstreamError } from '../../errors/upstream-error.js';
import type { AdaptedBody, Provider, ProviderCall, ProviderReply } from '../provider.js';
import { completionChunks, wholeCompletion } from './completion.js';
import { type EchoRequest, simulateAnswer } from './echo.js';
import { BadEmbeddingRequest, embeddings } from './embedding.js';

const MODELS = ['echo'];

/**
 * A vendor that runs inside the gateway and speaks OpenAI's chat dialect. Its model `echo` answers with the last user
 * message, word by word in a stream, or calls the tool that `tool_choice` asks for, and embeds texts.
 */
export class SimulatedProvider implements Provider {
  readonly priceId = 'free';
  readonly speaks = ['openai-chat'] as const;
  readonly embeds = 'openai-embeddings';
  readonly countsTokens = [];
  readonly askForUsage = true;
  readonly takesPrefill = true;

  constructor(readonly name: string) {}

  adapt(body: Buffer): AdaptedBody {
    return { body, dropped: [] };
  }

  async send({ operation, model, body, stream, signal }: ProviderCall): Promise<ProviderReply> {
    if (!MODELS.includes(model)) throw unknownModel(model);
    if (operation === 'embed') return { body: [Buffer.from(embed(model, body))] };
    const request: EchoRequest = JSON.parse(body.toString());
    const answer = simulateAnswer(request);
    if (!stream) return { body: [Buffer.from(wholeCompletion(model, answer))] };
    const includeUsage = request.stream_options?.include_usage === true;
    return { body: untilAborted(completionChunks(model, answer, includeUsage), signal) };
  }

  async listModels(): Promise<readonly string[]> {
    return MODELS;
  }
}

function embed(model: string, body: Buffer): string {
  try {
    return embeddings(model, JSON.parse(body.toString()));
  } catch (error) {
    if (!(error instanceof BadEmbeddingRequest)) throw error;
    throw refusal(400, error.message, error.param, null);
  }
}

function unknownModel(model: string): UpstreamError {
  const message = `The model '${model}' does not exist. The simulated provider has: ${MODELS.join(', ')}.`;
  return refusal(404, message, 'model', 'model_not_found');
}

function refusal(status: number, message: string, param: string, code: string | null): UpstreamError {
  const error = { message, type: 'invalid_request_error', param, code };
  const body = Buffer.from(JSON.stringify({ error }));
  return new UpstreamError({ reason: 'status', status, body }, message);
}

async function* untilAborted(events: Iterable<string>, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (const event of events) {
    signal.throwIfAborted();
    yield Buffer.from(event);
  }
}
