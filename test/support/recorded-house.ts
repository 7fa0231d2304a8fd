import { afterAll, beforeAll } from 'vitest';
import type { JsonObject } from '../../src/dialects/conversation.js';
import type { ClientDialectName } from '../../src/dialects/dialects.js';
import { clientRequests } from './client-requests.js';
import { startGateway, type Gateway } from './gateway.js';
import { modelOf, type RecordedAnswer, recordedAnswers, toldBy } from './recorded-answers.js';
import { type Recording, recordingsOf } from './recordings.js';
import { ReplayingVendor } from './replaying-vendor.js';

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A recorded answer, and what a client was given of it. */
export interface Relayed {
  readonly answer: RecordedAnswer;
  readonly got: Got;
}

const PARALLEL = 8;

/** The vendor's name of the model, since much depends on it, and a number. */
const models = new Map(recordedAnswers.map((answer, index) => [answer, `${modelOf(answer)}-r${index}`]));

export const recordedEmbeddings = recordingsOf('openai-embeddings');
/** Of `/v1/embeddings`: answers as the recording did. */
export const EMBEDDING_MODEL = 'openai-responses/embedder';

const recordings: readonly (readonly [model: string, recording: Recording])[] = [
  ...Array.from(models, ([answer, model]) => [model, answer] as const),
  ...recordedEmbeddings.map((recording) => ['embedder', recording] as const),
];

/** A vendor that replays all recordings and a gateway in front of it, for the tests of one file. */
export class RecordedHouse {
  private parts: { readonly vendor: ReplayingVendor; readonly gateway: Gateway } | undefined;

  constructor() {
    beforeAll(async () => {
      const vendor = await new ReplayingVendor(new Map(recordings)).start();
      this.parts = { vendor, gateway: await startGateway({ settings: settingsFor(vendor.url) }) };
    });
    afterAll(async () => {
      await this.parts?.gateway.stop();
      await this.parts?.vendor.stop();
    });
  }

  /** The body that the vendor was last sent where this recording answered. */
  lastBody(answer: RecordedAnswer): JsonObject {
    return this.running.vendor.asked.get(models.get(answer) ?? '') ?? {};
  }

  /**
   * What a client of this dialect is given where the recording answers the gateway.
   * @param turn what the client says, where it is not the first question
   */
  ask(answer: RecordedAnswer, client: ClientDialectName, turn: JsonObject = {}): Promise<Got> {
    const model = `${answer.folder}/${models.get(answer)}`;
    const tools = toldBy(answer).calls.map(({ name }) => name);
    const { path, body } = clientRequests[client]({ model, tools: [...new Set(tools)], stream: answer.streamed });
    return this.post(path, { ...body, ...turn });
  }

  /** Asks for all of them, some at a time. */
  async askForAll(
    answers: readonly (readonly [title: string, answer: RecordedAnswer])[],
    client: ClientDialectName,
  ): Promise<[title: string, one: Relayed][]> {
    const relayed: [string, Relayed][] = [];
    const waiting = answers.filter(([, answer]) => isAsked(answer, client));
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [title, answer] = next;
        relayed.push([title, { answer, got: await this.ask(answer, client) }]);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    return relayed;
  }

  async post(path: string, body: object): Promise<Got> {
    const response = await fetch(`${this.running.gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  private get running(): NonNullable<typeof this.parts> {
    if (this.parts === undefined) throw new Error('the house has not been started');
    return this.parts;
  }
}

/** OpenAI speaks both of its dialects, so nothing is ever translated between them for it. */
function isAsked({ format }: RecordedAnswer, client: ClientDialectName): boolean {
  return !(client === 'openai-chat' && format === 'openai-responses');
}

/** A provider for each folder of the recordings, under its name. */
function settingsFor(url: string): object {
  const account = { apiKey: 'sk-of-the-gateway', allowPrivateNetwork: true };
  const chat = (type: string) => ({ ...account, type, baseUrl: `${url}/v1` });
  return {
    providers: {
      'openai-chat': chat('openai-compatible'),
      'groq-chat': chat('groq'),
      'mistral-chat': chat('mistral'),
      'openrouter-chat': chat('openrouter'),
      'deepseek-chat': chat('deepseek'),
      'openai-responses': { ...chat('openai'), dialect: 'openai-responses' },
      'anthropic-messages': { ...account, type: 'anthropic', baseUrl: url },
      gemini: { ...account, type: 'gemini', baseUrl: url },
      'bedrock-converse': {
        type: 'bedrock',
        baseUrl: url,
        region: 'eu-west-1',
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'secret-of-the-gateway',
        allowPrivateNetwork: true,
      },
    },
    limits: { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000 },
    resilience: { retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 2 } },
  };
}
