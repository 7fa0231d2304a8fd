import { describe, expect, it } from 'vitest';
import { withoutFallbacks } from './fallbacks.js';

function asked(text: string) {
  return { json: JSON.parse(text) as Record<string, unknown>, bytes: Buffer.from(text) };
}

describe('withoutFallbacks', () => {
  it('leaves a request that has none as it is, byte by byte', () => {
    const given = asked('{"model":"m", "messages":[]}');
    expect(withoutFallbacks(given)).toEqual({ asked: given, fallbacks: [] });
    expect(withoutFallbacks(given).asked).toBe(given);
  });

  it.each([
    ['{"model":"m","fallbacks":["a/b","c/d"],"n":1}', '{"model":"m","n":1}'],
    ['{"fallbacks":["a/b","c/d"],"model":"m","n":1}', '{"model":"m","n":1}'],
    ['{"model":"m","n":1, "fallbacks" : ["a/b","c/d"]}', '{"model":"m","n":1}'],
  ])('takes the names out of %s', (text, left) => {
    const { asked: rest, fallbacks } = withoutFallbacks(asked(text));
    expect(fallbacks).toEqual(['a/b', 'c/d']);
    expect(JSON.parse(rest.bytes.toString())).toEqual(JSON.parse(left));
    expect(rest.json).toEqual(JSON.parse(left));
  });

  it('takes null for none', () => {
    expect(withoutFallbacks(asked('{"fallbacks":null}'))).toMatchObject({ fallbacks: [], asked: { json: {} } });
  });

  it.each([
    '"a/b"',
    '{}',
    '[1]',
    '[""]',
    '[null]',
    '[["a/b"]]',
    JSON.stringify(Array(9).fill('a/b')),
    JSON.stringify(['a'.repeat(257)]),
  ])('refuses %.40s, and names the field', (value) => {
    expect(() => withoutFallbacks(asked(`{"fallbacks":${value}}`))).toThrow(
      expect.objectContaining({ kind: 'invalid_request', param: 'fallbacks' }),
    );
  });
});
