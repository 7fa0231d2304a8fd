import { describe, expect, it } from 'vitest';
import { toClaudeBody, withRoles } from './vertex-body.js';

describe('a body for Claude at Vertex', () => {
  const version = '"anthropic_version":"vertex-2023-10-16"';

  it.each([
    ['{"model":"m","a":1.0}', `{${version},"a":1.0}`],
    ['{ "a":1.0, "model":"m" }', `{${version}, "a":1.0 }`],
    ['{"model":"m"}', `{${version}}`],
    ['{}', `{${version}}`],
    [
      '{"model":"m","anthropic_version":"x","metadata":{"model":"m"}}',
      '{"anthropic_version":"x","metadata":{"model":"m"}}',
    ],
  ])('is made from %s', (body, expected) => {
    expect(toClaudeBody(Buffer.from(body), false).toString()).toBe(expected);
  });

  it('keeps the model where the URL does not name it', () => {
    expect(toClaudeBody(Buffer.from('{"model":"m"}'), true).toString()).toBe(`{${version},"model":"m"}`);
  });
});

describe('a body for Gemini at Vertex', () => {
  it('says whose each content is', () => {
    const body = Buffer.from('{"contents":[{"parts":[]},{"role":"model","parts":[{"text":"{}"}]}, { "parts":[1] }]}');
    expect(withRoles(body).toString()).toBe(
      '{"contents":[{"role":"user","parts":[]},{"role":"model","parts":[{"text":"{}"}]}, {"role":"user", "parts":[1] }]}',
    );
  });

  it.each(['{"contents":[{"role":"user"}]}', '{"contents":"Hi"}', '{"contents":["Hi",{}]}', '{}'])(
    'is the very same where there is nothing to say: %s',
    (json) => {
      const body = Buffer.from(json);
      expect(withRoles(body)).toBe(body);
    },
  );
});
