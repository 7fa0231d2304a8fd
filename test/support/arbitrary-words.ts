import fc from 'fast-check';

export const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
export const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,15}$/);
export const identifier = fc.stringMatching(/^[A-Za-z0-9]{9,20}$/);
export const base64 = fc.base64String({ minLength: 4, maxLength: 40 });
export const url = fc.webUrl();
export const json = fc.json({ maxDepth: 2 }).map((text) => `{"value":${text}}`);
export const schema = fc.record({
  type: fc.constant('object'),
  properties: fc.dictionary(word, fc.record({ type: fc.constantFrom('string', 'number', 'boolean') }), { maxKeys: 3 }),
});
