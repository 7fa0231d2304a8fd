import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { segment, withVersion, withoutSteps } from './vendor-path.js';

describe('withVersion', () => {
  it.each([
    ['https://api.example.org', 'https://api.example.org/v1'],
    ['https://api.example.org/', 'https://api.example.org/v1'],
    ['https://api.example.org/anthropic', 'https://api.example.org/anthropic/v1'],
    ['https://api.example.org/v1', 'https://api.example.org/v1'],
    ['https://api.example.org/v1/', 'https://api.example.org/v1'],
    ['https://api.example.org/v1beta', 'https://api.example.org/v1beta'],
    ['https://api.example.org/v1beta1', 'https://api.example.org/v1beta1'],
    ['https://v1.example.org/vone', 'https://v1.example.org/vone/v1'],
  ])('makes of %s %s', (given, expected) => {
    expect(withVersion(given, 'v1')).toBe(expected);
  });
});

describe('segment', () => {
  it.each([
    ['gpt-4o', 'gpt-4o'],
    ['claude-sonnet-4@20250514', 'claude-sonnet-4@20250514'],
    ['../../secrets', '..%2F..%2Fsecrets'],
    ['a\ud800', 'a%EF%BF%BD'],
    ['a?key=b#c', 'a%3Fkey%3Db%23c'],
  ])('keeps %s in its place, as %s', (name, expected) => {
    expect(segment(name)).toBe(expected);
  });

  it.each(['.', '..', '...'])('refuses %s, which could leave it', (name) => {
    expect(() => segment(name)).toThrow(GatewayError);
  });
});

describe('withoutSteps', () => {
  it.each(['gpt-4o', 'accounts/fireworks/models/a.b', 'models/gemini-2.5-pro', '..a', 'a..b/c...'])(
    'keeps %s',
    (name) => {
      expect(withoutSteps(name)).toBe(name);
    },
  );

  it.each(['..', '.', '../x', 'a/../../x', 'a/..', '..\\x', '%2e%2E/x', 'a/.%2e/x', '.\t./x', 'a\n'])(
    'refuses %j, which could lead elsewhere',
    (name) => {
      expect(() => withoutSteps(name)).toThrow(GatewayError);
    },
  );
});
