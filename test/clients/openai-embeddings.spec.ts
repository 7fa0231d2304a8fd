import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { describe, expect, test } from 'vitest';
import { House } from '../support/conversing-gateway.js';
import { shows } from '../support/feature-matrix.js';
import { EMBEDDING_TOKENS, VECTOR } from '../support/voices/side-answers.js';
import { rejection } from '../support/weather.js';

const [first = 0, ...others] = VECTOR;
const vectorAt = (index: number) => [first + index, ...others];
const doors = [
  { title: 'past the gateway', vendor: undefined, model: 'text-embedding-3-small', countsTokens: true },
  { title: 'at openai-compatible', vendor: 'openai-chat', model: 'chat/text-embedding-3-small', countsTokens: true },
  { title: 'at openai', vendor: 'openai-responses', model: 'responses/text-embedding-3-small', countsTokens: true },
  { title: 'at gemini', vendor: 'gemini', model: 'gemini/gemini-embedding-001', countsTokens: false },
];
const house = new House();
const clientAt = (door: { readonly vendor: string | undefined }) =>
  new OpenAI({ baseURL: `${house.urlOf(door)}/v1`, apiKey: 'any', maxRetries: 0 });

describe.each(doors)('the openai package and embeddings $title', (door) => {
  const { model, vendor, countsTokens } = door;
  const showing = (run: () => Promise<void>) => shows({ client: 'openai-chat', vendor }, 'embeddings', run);

  test(
    'embeds a text, in base64 on the way',
    showing(async () => {
      const { data, object } = await clientAt(door).embeddings.create({ model, input: 'one' });
      expect(object).toBe('list');
      expect(data).toEqual([{ object: 'embedding', index: 0, embedding: vectorAt(0) }]);
    }),
  );

  test(
    'embeds several texts, as numbers on the way, in fewer dimensions',
    showing(async () => {
      const request = { model, input: ['one', 'two'], encoding_format: 'float' as const, dimensions: 2 };
      const { data } = await clientAt(door).embeddings.create(request);
      expect(data.map(({ embedding }) => embedding)).toEqual([vectorAt(0).slice(0, 2), vectorAt(1).slice(0, 2)]);
      expect(data.map(({ index }) => index)).toEqual([0, 1]);
    }),
  );

  test.runIf(countsTokens)('reports the tokens of what was embedded', async () => {
    const { usage } = await clientAt(door).embeddings.create({ model, input: 'one' });
    expect(usage).toEqual({ prompt_tokens: EMBEDDING_TOKENS, total_tokens: EMBEDDING_TOKENS });
  });
});

test('the openai package is told that a vendor has no embeddings', async () => {
  const { embeddings } = clientAt({ vendor: 'anthropic-messages' });
  const error = await rejection(embeddings.create({ model: 'claude/claude-sonnet-4-5', input: 'one' }));
  expect(error).toBeInstanceOf(BadRequestError);
});

describe('the openai package and the models', () => {
  const models = () => clientAt({ vendor: 'all' }).models;
  const listed = [
    'chat/m1',
    'responses/gpt-5.1',
    'claude/claude-sonnet-4-5',
    'gemini/gemini-3-flash-preview',
    'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
  ];

  test('lists those of every vendor', async () => {
    const ids: string[] = [];
    for await (const { id } of models().list()) ids.push(id);
    expect(ids).toEqual(expect.arrayContaining(listed));
  });

  test.each(listed)('retrieves %s', async (id) => {
    expect(await models().retrieve(id)).toMatchObject({ id, object: 'model', owned_by: expect.any(String) });
  });

  test('is told that a model does not exist', async () => {
    expect(await rejection(models().retrieve('nobody/nothing'))).toBeInstanceOf(NotFoundError);
  });
});
