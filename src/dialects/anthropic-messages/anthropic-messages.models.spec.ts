import { describe, expect, it } from 'vitest';
import { maxOutputTokens, traitsOf } from './anthropic-messages.models.js';

describe('maxOutputTokens', () => {
  it.each([
    ['claude-3-haiku-20240307', 4_096],
    ['claude-3-opus-latest', 4_096],
    ['claude-2.1', 4_096],
    ['claude-3-5-sonnet-20241022', 8_192],
    ['anthropic/claude-3.5-haiku', 8_192],
    ['claude-3-7-sonnet-latest', 64_000],
    ['claude-sonnet-4-20250514', 64_000],
    ['claude-sonnet-4-0', 64_000],
    ['claude-opus-4-20250514', 32_000],
    ['claude-opus-4@20250514', 32_000],
    ['claude-opus-4-0', 32_000],
    ['claude-opus-4-1-20250805', 32_000],
    ['claude-opus-4-5-20251101', 64_000],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 64_000],
    ['claude-sonnet-4-6', 128_000],
    ['claude-opus-4-8', 128_000],
    ['claude-fable-5-1', 128_000],
    ['claude-something-9', 128_000],
    ['kimi-k3', 8_192],
  ])('of %s is %i', (model, tokens) => {
    expect(maxOutputTokens(model)).toBe(tokens);
  });
});

describe('traitsOf', () => {
  it.each([
    ['claude-3-5-sonnet-latest', 'none'],
    ['claude-3-7-sonnet-latest', 'budget'],
    ['claude-opus-4-1', 'budget'],
    ['claude-opus-4-5', 'budget'],
    ['claude-opus-4-6', 'either'],
    ['claude-opus-4-7', 'adaptive'],
    ['claude-sonnet-5', 'adaptive'],
    ['claude-opus-6', 'adaptive'],
  ])('%s takes its thinking as %s', (model, thinking) => {
    expect(traitsOf(model).thinking).toBe(thinking);
  });

  it('takes a date after the version for a date', () => {
    expect(traitsOf('claude-fable-5-20261001')).toEqual(traitsOf('claude-fable-5'));
    expect(traitsOf('claude-fable-5-1').forcedToolChoice).toBe(false);
    expect(traitsOf('claude-fable-5-20261001').forcedToolChoice).toBe(true);
  });
});
