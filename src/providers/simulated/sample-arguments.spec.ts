import { describe, expect, it } from 'vitest';
import { sampleArguments } from './sample-arguments.js';

describe('sampleArguments', () => {
  it.each<[schema: unknown, value: unknown]>([
    [{ type: 'string' }, 'words'],
    [{ type: 'integer' }, 0],
    [{ type: 'number' }, 0],
    [{ type: 'boolean' }, false],
    [{ type: 'null' }, null],
    [{ type: ['integer', 'null'] }, 0],
    [{ type: 'string', enum: ['celsius', 'kelvin'] }, 'celsius'],
    [{ const: 7 }, 7],
    [{ const: null }, null],
    [{ type: 'array' }, []],
    [{ type: 'array', items: { type: 'integer' } }, [0]],
    [{ properties: { a: { type: 'object', properties: { b: { type: 'string' } } } } }, { a: { b: 'words' } }],
    [{ type: 'object' }, {}],
    [{}, {}],
    [true, {}],
    [undefined, {}],
    [null, {}],
    ['text', {}],
  ])('of %j is %j', (schema, value) => {
    expect(sampleArguments(schema, 'words')).toEqual(value);
  });

  it.each([
    { type: 5 },
    { type: null },
    { enum: 5 },
    { properties: 'ab' },
    { properties: [null] },
    { items: 5, type: 'array' },
  ])('does not break over the schema %j', (schema) => {
    expect(JSON.stringify({ value: sampleArguments(schema, 'words') })).toBeTypeOf('string');
  });

  it('takes names of the prototype for names', () => {
    const schema: unknown = JSON.parse(
      '{"properties":{"__proto__":{"type":"integer"},"constructor":{"type":"string"}}}',
    );
    expect(JSON.stringify(sampleArguments(schema, 'x'))).toBe('{"__proto__":0,"constructor":"x"}');
    expect({}).not.toHaveProperty('polluted');
  });

  it('stops in a schema without end', () => {
    const depth = 100_000;
    const schema: unknown = JSON.parse(`${'{"type":"array","items":'.repeat(depth)}{}${'}'.repeat(depth)}`);
    expect(JSON.stringify(sampleArguments(schema, 'x')).length).toBeLessThan(100);
  });
});
