import { UpstreamError } from '../../errors/upstream-error.js';
import type { Provider, ProviderCall, ProviderReply } from '../provider.js';
import { completionChunks, wholeCompletion } from './completion.js';
import { type EchoRequest, simulateAnswer } from './echo.js';

const MODELS = ['echo'];

/**
 * A vendor that runs inside the gateway and speaks OpenAI's chat dialect. Its model `echo` answers with the last user
 * message, word by word in a stream, or calls the tool that `tool_choice` asks for.
 */
export class SimulatedProvider implements Provider {
  readonly priceId = 'free';

  constructor(readonly name: string) {}

  async send({ model, body, stream, signal }: ProviderCall): Promise<ProviderReply> {
    if (!MODELS.includes(model)) throw unknownModel(model);
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

function unknownModel(model: string): UpstreamError {
  const message = `The model '${model}' does not exist. The simulated provider has: ${MODELS.join(', ')}.`;
  const error = { message, type: 'invalid_request_error', param: 'model', code: 'model_not_found' };
  const body = Buffer.from(JSON.stringify({ error }));
  return new UpstreamError({ reason: 'status', status: 404, body }, message);
}

async function* untilAborted(events: Iterable<string>, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (const event of events) {
    signal.throwIfAborted();
    yield Buffer.from(event);
  }
}
