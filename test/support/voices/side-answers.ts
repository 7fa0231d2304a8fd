import type { VendorRequest } from './voice.js';

/** The vector of every text; a text's place among those asked for is added to its first number. */
export const VECTOR = [0.25, -0.5, 0.75, 1];
export const EMBEDDING_TOKENS = 9;

/** What the vendor tells besides answers: its models, and embeddings. */
export function sideAnswer({ path, headers, body }: VendorRequest): object | undefined {
  const { pathname } = new URL(path, 'http://vendor');
  if (pathname === '/v1/models') return headers['anthropic-version'] ? anthropicModels() : openAiModels();
  if (pathname === '/v1beta/models') return geminiModels();
  if (pathname === '/foundation-models') return bedrockModels();
  if (pathname === '/v1/embeddings') return openAiEmbeddings(body as EmbeddingsRequest);
  if (pathname.endsWith(':batchEmbedContents')) return geminiEmbeddings(body as GeminiEmbeddingsRequest);
  return undefined;
}

function openAiModels(): object {
  const data = ['m1', 'gpt-5.1', 'text-embedding-3-small'].map((id) => ({
    id,
    object: 'model',
    created: 1_700_000_000,
    owned_by: 'conversing',
  }));
  return { object: 'list', data };
}

function anthropicModels(): object {
  const id = 'claude-sonnet-4-5';
  const data = [{ type: 'model', id, display_name: 'Claude Sonnet 4.5', created_at: '2025-09-29T00:00:00Z' }];
  return { data, has_more: false, first_id: id, last_id: id };
}

function geminiModels(): object {
  const model = (name: string, method: string) => ({
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: [method],
  });
  return {
    models: [model('gemini-3-flash-preview', 'generateContent'), model('gemini-embedding-001', 'embedContent')],
  };
}

function bedrockModels(): object {
  return {
    modelSummaries: [
      {
        modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
        outputModalities: ['TEXT'],
        inferenceTypesSupported: ['ON_DEMAND'],
        modelLifecycle: { status: 'ACTIVE' },
      },
    ],
  };
}

interface EmbeddingsRequest {
  readonly model: string;
  readonly input: string | readonly string[];
  readonly encoding_format?: string;
  readonly dimensions?: number;
}

function openAiEmbeddings({ model, input, encoding_format: format, dimensions }: EmbeddingsRequest): object {
  const texts = typeof input === 'string' ? [input] : input;
  const data = texts.map((_, index) => {
    const vector = vectorAt(index, dimensions);
    return { object: 'embedding', index, embedding: format === 'base64' ? base64Of(vector) : vector };
  });
  return {
    object: 'list',
    data,
    model,
    usage: { prompt_tokens: EMBEDDING_TOKENS, total_tokens: EMBEDDING_TOKENS },
  };
}

interface GeminiEmbeddingsRequest {
  readonly requests: readonly { readonly outputDimensionality?: number }[];
}

function geminiEmbeddings({ requests }: GeminiEmbeddingsRequest): object {
  return {
    embeddings: requests.map(({ outputDimensionality }, index) => ({ values: vectorAt(index, outputDimensionality) })),
  };
}

function vectorAt(index: number, dimensions = VECTOR.length): number[] {
  return VECTOR.map((value, place) => (place === 0 ? value + index : value)).slice(0, dimensions);
}

/** 32-bit floats, the low byte first. */
function base64Of(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}
