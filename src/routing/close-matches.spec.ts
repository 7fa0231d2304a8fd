import { describe, expect, it } from 'vitest';
import { closeMatches } from './close-matches.js';

const known = ['simulated/echo', 'openai/gpt-4o', 'openai/gpt-4o-mini', 'claude/claude-sonnet-5', 'smart'];

describe('closeMatches', () => {
  it.each([
    ['gpt-4o', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
    ['gpt4o', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
    ['GPT-4O', ['openai/gpt-4o', 'openai/gpt-4o-mini']],
    ['smrt', ['smart']],
    ['simulated/ecko', ['simulated/echo']],
    ['claude-sonet-5', ['claude/claude-sonnet-5']],
    ['zzz', []],
    ['', []],
    ['😀', []],
  ])('of %j are %j', (name, matches) => {
    expect(closeMatches(name, known)).toEqual(matches);
  });

  it('are at most three, the best first', () => {
    const many = Array.from({ length: 50 }, (_, at) => `model-${at}`);
    expect(closeMatches('model-7', many)).toHaveLength(3);
    expect(closeMatches('model-7', many)[0]).toBe('model-7');
  });

  it('are found among two thousand long names for a longer one without delay', { timeout: 2_000 }, () => {
    const many = Array.from({ length: 2_000 }, (_, at) => `${'name'.repeat(50)}-${at}`);
    expect(closeMatches('x'.repeat(100_000), many)).toEqual([]);
  });
});
