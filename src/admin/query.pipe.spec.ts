import { describe, expect, it } from 'vitest';
import { PlanQueryDto } from './plan-query.dto.js';
import { queryPipe } from './query.pipe.js';

/** The query as a controller gets it. */
async function read(query: Record<string, unknown>): Promise<PlanQueryDto> {
  const dto: PlanQueryDto = await queryPipe.transform(query, { type: 'query', metatype: PlanQueryDto });
  return dto;
}

describe('the query of a plan', () => {
  it('is a plain request where nothing is said', async () => {
    expect(await read({})).toEqual({ stream: false, images: false, tools: false, json_schema: false, fallbacks: [] });
  });

  it('is read from its text', async () => {
    const query = { stream: 'true', images: 'false', json_schema: 'true', input_tokens: '0012' };
    expect(await read({ ...query, fallbacks: 'smart,openai/gpt-4o' })).toEqual({
      stream: true,
      images: false,
      tools: false,
      json_schema: true,
      input_tokens: 12,
      fallbacks: ['smart', 'openai/gpt-4o'],
    });
  });

  it('leaves out what it does not know', async () => {
    const query: unknown = JSON.parse('{ "other": "1", "constructor": "1", "__proto__": { "images": true } }');
    const dto = await read(query as Record<string, unknown>);
    expect(Object.keys(dto)).not.toContain('other');
    expect(dto.images).toBe(false);
  });

  it.each<[param: string, value: unknown]>([
    ['stream', ''],
    ['stream', '1'],
    ['images', 'TRUE'],
    ['tools', ['true', 'false']],
    ['json_schema', 'yes'],
    ['input_tokens', ''],
    ['input_tokens', '-1'],
    ['input_tokens', '1.5'],
    ['input_tokens', '1e3'],
    ['input_tokens', '1000000001'],
    ['input_tokens', '9'.repeat(400)],
    ['input_tokens', ['1', '2']],
    ['fallbacks', ''],
    ['fallbacks', 'a,,b'],
    ['fallbacks', 'x'.repeat(257)],
    ['fallbacks', 'a,b,c,d,e,f,g,h,i'],
  ])('is refused by name for %s=%j', async (param, value) => {
    await expect(read({ [param]: value })).rejects.toMatchObject({
      kind: 'invalid_request',
      status: 400,
      param,
      message: expect.stringMatching(new RegExp(`^'${param}': .*\\.$`)) as string,
    });
  });
});
