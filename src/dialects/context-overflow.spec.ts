import { describe, expect, it } from 'vitest';
import { saysContextOverflow } from './context-overflow.js';

describe('saysContextOverflow', () => {
  it.each([
    'prompt is too long: 213455 tokens > 200000 maximum',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'Input is too long for requested model.',
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    'the request exceeds the available context size, try increasing it',
  ])('knows %j', (message) => {
    expect(saysContextOverflow(message)).toBe(true);
  });

  it.each(['max_tokens: must be at least 1', 'Overloaded', 'This model does not support effort level'])(
    'does not take %j for it',
    (message) => {
      expect(saysContextOverflow(message)).toBe(false);
    },
  );
});
