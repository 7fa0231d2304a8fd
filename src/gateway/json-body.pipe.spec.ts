import { IsInt, IsOptional, IsString, Length, Max } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { ChatCompletionRequestDto } from './chat-completion-request.dto.js';
import { JsonBodyPipe } from './json-body.pipe.js';

class NoteDto {
  @IsString()
  @Length(1, 5)
  readonly title!: string;

  @IsOptional()
  @IsInt()
  @Max(9)
  readonly stars?: number | null;
}

const pipe = new JsonBodyPipe(NoteDto, ({ title }) => {
  if (title === 'bad') throw new GatewayError('invalid_request', 'checked further', { param: 'title' });
});

function refusal(body: string | Buffer | undefined): GatewayError {
  try {
    pipe.transform(typeof body === 'string' ? Buffer.from(body) : body);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
}

describe('JsonBodyPipe', () => {
  it('gives the fields it checks, and the bytes as they came', () => {
    const bytes = Buffer.from(' {"title":"a", "other" : 1.0} ');
    const body = pipe.transform(bytes);
    expect(body.bytes).toBe(bytes);
    expect(body.dto).toBeInstanceOf(NoteDto);
    expect(body.dto).toEqual({ title: 'a' });
  });

  it.each([
    ['no body', undefined, null, 'The body is empty.'],
    ['an empty body', '', null, 'The body is empty.'],
    ['no JSON', 'title=a', null, 'The body is not valid JSON'],
    ['cut JSON', '{"title":"a"', null, 'The body is not valid JSON'],
    ['a byte order mark', '\ufeff{"title":"a"}', null, 'The body is not valid JSON'],
    ['a list', '[{"title":"a"}]', null, 'The body must be a JSON object.'],
    ['null', 'null', null, 'The body must be a JSON object.'],
    ['a text', '"title"', null, 'The body must be a JSON object.'],
    ['a missing field', '{}', 'title', "'title' is missing."],
    ['a field that is null', '{"title":null}', 'title', "'title': "],
    ['a field of the wrong type', '{"title":7}', 'title', "'title': title must be"],
    ['a field that is too long', '{"title":"abcdef"}', 'title', "'title': title must be shorter than or equal to 5"],
    ['a number out of range', '{"title":"a","stars":10}', 'stars', "'stars': stars must not be greater than 9"],
    ['a number that is none', '{"title":"a","stars":"5"}', 'stars', "'stars': "],
    ['a number with a fraction', '{"title":"a","stars":1.5}', 'stars', "'stars': stars must be an integer"],
    ['a number beyond all', '{"title":"a","stars":1e999}', 'stars', "'stars': "],
    ['what the further check refuses', '{"title":"bad"}', 'title', 'checked further'],
    ['a field that comes twice, by the last one', '{"title":"a","title":7}', 'title', "'title': "],
  ])('refuses %s', (_, body, param, message) => {
    const error = refusal(body);
    expect(error).toMatchObject({ kind: 'invalid_request', status: 400 });
    expect(error.param ?? null).toBe(param);
    expect(error.message).toContain(message);
  });

  it.each(['{"title":"a","stars":null}', '{"title":"a","unknown":{"x":[1]}}', '{"ti\\u0074le":"a"}'])(
    'accepts %s',
    (body) => {
      expect(pipe.transform(Buffer.from(body)).dto.title).toBe('a');
    },
  );

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])).message).toContain('not valid JSON');
  });

  it('does not quote the body, which may be a prompt', () => {
    const error = refusal('{"title": my secret prompt }');
    expect(error.message).not.toContain('secret');
    expect(error.message).toMatch(/^The body is not valid JSON( at position \d+)?\.$/);
  });

  it.each([
    '{"title":"a","__proto__":{"stars":99}}',
    '{"title":"a","constructor":{"prototype":{"stars":99}}}',
    '{"title":"a","toString":1,"hasOwnProperty":2,"valueOf":3}',
  ])('is not led astray by names of the prototype: %s', (body) => {
    const { dto } = pipe.transform(Buffer.from(body));
    expect(dto).toEqual({ title: 'a' });
    expect(Object.getPrototypeOf(dto)).toBe(NoteDto.prototype);
    expect({}).not.toHaveProperty('stars');
  });

  it.each(['{"__proto__":{"title":"a"}}', '{"constructor":{"title":"a"}}'])(
    'finds no field in the prototype: %s',
    (body) => {
      expect(refusal(body)).toMatchObject({ param: 'title', message: "'title' is missing." });
    },
  );

  function nested(depth: number): Buffer {
    return Buffer.from(`{"title":"a","x":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  }

  it('takes a body that is nested 500 deep', () => {
    expect(pipe.transform(nested(500)).dto.title).toBe('a');
  });

  it.each([513, 10_000_000])('refuses a body that is nested %i deep, at once', { timeout: 1_000 }, (depth) => {
    expect(() => pipe.transform(nested(depth))).toThrow('nests more than');
  });

  it('does not take brackets in a text for nesting', () => {
    const text = `${'['.repeat(1_000)}\\"${'{'.repeat(1_000)}`;
    expect(pipe.transform(Buffer.from(JSON.stringify({ title: 'a', x: text }))).dto.title).toBe('a');
  });
});

describe('the fields of a chat completion', () => {
  const chat = new JsonBodyPipe(ChatCompletionRequestDto, () => {});
  const body = (fields: object): Buffer =>
    Buffer.from(JSON.stringify({ model: 'simulated/echo', messages: [{ role: 'user', content: 'x' }], ...fields }));

  it.each([
    { stream: true, stream_options: { include_usage: true } },
    { stream: null, stream_options: null, n: null, stop: null, tools: null, tool_choice: null, response_format: null },
    { temperature: 0, top_p: 1, presence_penalty: -2, frequency_penalty: 2, seed: -7 },
    { stop: 'x' },
    { stop: ['x', 'y'] },
    { tools: [{ type: 'function' }, { type: 'custom' }], tool_choice: 'auto' },
    { tool_choice: { type: 'function', function: { name: 'f' } } },
    { max_completion_tokens: 1, max_tokens: 1, n: 128, logprobs: true, top_logprobs: 20 },
    { reasoning_effort: 'high', metadata: {}, vendor_field: [1] },
  ])('may be %j', (fields) => {
    expect(chat.transform(body(fields)).dto).toMatchObject({ model: 'simulated/echo' });
  });

  it.each<[field: string, value: unknown]>([
    ['model', 7],
    ['model', ''],
    ['model', 'x'.repeat(257)],
    ['messages', {}],
    ['messages', []],
    ['messages', 'Hello'],
    ['stream', 'true'],
    ['stream', 1],
    ['stream_options', 'x'],
    ['stream_options', []],
    ['max_tokens', 0],
    ['max_tokens', 1.5],
    ['max_completion_tokens', '5'],
    ['temperature', 2.1],
    ['temperature', '1'],
    ['top_p', -0.1],
    ['n', 0],
    ['n', 129],
    ['presence_penalty', -2.1],
    ['frequency_penalty', 3],
    ['stop', 5],
    ['stop', [5]],
    ['stop', {}],
    ['seed', 1.5],
    ['logprobs', 'yes'],
    ['top_logprobs', 21],
    ['tools', {}],
    ['tools', [5]],
    ['tools', [null]],
    ['tool_choice', 5],
    ['tool_choice', []],
    ['response_format', 'json'],
    ['user', 5],
  ])('may not be %s: %j', (field, value) => {
    expect(() => chat.transform(body({ [field]: value }))).toThrow(
      expect.objectContaining({ kind: 'invalid_request', param: field }),
    );
  });
});
