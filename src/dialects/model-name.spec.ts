import { expect, it } from 'vitest';
import { withModel } from './model-name.js';

it.each([
  ['{"model":"a","n":1.0}', '{"model":"b","n":1.0}'],
  ['{ "Model" : "a", "model":"c" }', '{ "Model" : "b", "model":"b" }'],
  ['{"metadata":{"model":"a"}}', '{"metadata":{"model":"a"}}'],
])("puts the vendor's name wherever a server may read it: %s", (body, expected) => {
  expect(withModel(Buffer.from(body), 'b').toString()).toBe(expected);
});

it('hands back the very same bytes where the name is there already', () => {
  const body = Buffer.from('{"model":"b"}');
  expect(withModel(body, 'b')).toBe(body);
});
