import { describe, expect, it } from 'vitest';
import { redactText, serializeError } from './redaction.js';

/** Keys in the forms that vendors give them, and ours. None is real. */
const KEYS = [
  'sk-proj-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789',
  'sk-ant-api03-aBcDeFgHiJkLmNoPqRsTuVwXyZ-0123',
  'sk-or-v1-0123456789abcdef0123456789abcdef',
  'gsk_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789',
  'xai-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789',
  'gw-0123456789abcdef',
  'AIzaSyA-aBcDeFgHiJkLmNoPqRsTuVwXyZ01234',
  'AKIAABCDEFGHIJKLMNOP',
];

describe('redactText', () => {
  it.each(KEYS)('masks %s wherever it stands in a text', (key) => {
    for (const text of [
      key,
      `key: ${key}.`,
      `"${key}"`,
      `?key=${key}&x=1`,
      `OPENAI_API_KEY=${key}`,
      `(${key})`,
      `a\n${key}\nb`,
    ]) {
      expect(redactText(text)).not.toContain(key.slice(-12));
      expect(redactText(text)).toContain('[redacted]');
    }
  });

  it.each(KEYS)('masks %s twice', (key) => {
    expect(redactText(`${key} ${key}`)).toBe('[redacted] [redacted]');
  });

  it.each(['Bearer abc123', 'bearer  abc.def-ghi_jkl', 'Basic dXNlcjpwYXNz=='])(
    'masks what follows a scheme: %s',
    (text) => {
      expect(redactText(`authorization: ${text}!`)).toBe('authorization: [redacted]!');
    },
  );

  it.each([
    'No provider answered. Tried openai/gpt-4o (429, 3 times), claude/claude-sonnet-5 (timeout).',
    'connect ECONNREFUSED 127.0.0.1:8080',
    'socket hang up',
    'The model `gpt-4o` does not exist',
    'task-force, desk-lamp, risk-taking',
  ])('leaves %j alone', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it.each([
    ['spaces after a scheme', `Bearer${' '.repeat(200_000)}!`],
    ['schemes', 'Bearer '.repeat(50_000)],
    ['beginnings of keys', 'sk-'.repeat(100_000)],
    ['words', 'key '.repeat(100_000)],
  ])('reads a text of many %s in one pass', { timeout: 1_000 }, (_, text) => {
    expect(redactText(text)).toBeTypeOf('string');
  });
});

describe('serializeError', () => {
  const key = 'sk-proj-aBcDeFgHiJkLmNoPqRsT';

  it('masks keys in message, stack and causes', () => {
    const cause = new TypeError(`cannot use ${key}`);
    const error = new Error(`Bearer ${key} was refused`, { cause });
    const line = JSON.stringify(serializeError(error));
    expect(line).not.toContain(key);
    expect(serializeError(error)).toMatchObject({
      type: 'Error',
      message: '[redacted] was refused',
      cause: { type: 'TypeError', message: 'cannot use [redacted]' },
    });
  });

  it('leaves out what HTTP clients hang on their errors', () => {
    const error = Object.assign(new Error('no'), { code: 'ECONNRESET', config: { headers: { authorization: key } } });
    expect(serializeError(error)).toMatchObject({ message: 'no', code: 'ECONNRESET' });
    expect(JSON.stringify(serializeError(error))).not.toContain(key);
  });

  it.each<[what: string, thrown: unknown, type: string]>([
    ['a text with a key', `bad ${key}`, 'string'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'object'],
    ['a symbol', Symbol('x'), 'symbol'],
    ['an object', { authorization: key }, 'object'],
    ['an object without a prototype', Object.create(null), 'object'],
  ])('can tell that %s was thrown', (_, thrown, type) => {
    const logged = serializeError(thrown);
    expect(logged.type).toBe(type);
    expect(JSON.stringify(logged)).not.toContain(key);
  });

  it('does not break over a message that is no text', () => {
    const error = Object.assign(new Error('x'), { message: { detail: key } });
    expect(JSON.stringify(serializeError(error))).not.toContain(key);
  });

  it('stops in causes without end', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(serializeError(error)).length).toBeLessThan(20_000);
  });
});
