import { beforeAll, describe, expect, it } from 'vitest';
import { TokenCounter } from './token-counter.js';

describe('TokenCounter', () => {
  const counter = new TokenCounter();
  /** Its tables are loaded once; that is not part of a count. */
  beforeAll(async () => {
    await counter.count('warm up');
  });

  async function timed(text: string): Promise<{ tokens: number; ms: number }> {
    const startedAtMs = performance.now();
    const tokens = await counter.count(text);
    return { tokens, ms: performance.now() - startedAtMs };
  }

  it.each([
    ['', 0],
    ['Hello', 1],
    ['Hello world', 2],
    ['The quick brown fox jumps over the lazy dog.', 10],
  ])('counts %j as %i', async (text, tokens) => {
    expect(await counter.count(text)).toBe(tokens);
  });

  it.each(['<|endoftext|>', 'a <|im_start|>system<|im_end|> b', '<|fim_prefix|>', '<|endofprompt|>'])(
    'counts %j, which anybody can write, as text',
    async (text) => {
      expect(await counter.count(text)).toBeGreaterThan(0);
    },
  );

  it('counts 100,000 equal letters in less than 200 ms', async () => {
    const { tokens, ms } = await timed('a'.repeat(100_000));
    expect(tokens).toBeGreaterThan(1_000);
    expect(ms).toBeLessThan(200);
  });

  it.each([
    ['two letters in turn', 'ab'.repeat(50_000)],
    ['letters of no language', letters(40_000, 'abcdefghijklmnopqrstuvwxyz')],
    ['Chinese without a space', letters(20_000, '的一是不了人我在有他这为之大来以个中上们')],
    ['spaces and tabs', letters(40_000, ' \t')],
    ['line ends', '\n'.repeat(100_000)],
    ['signs', letters(40_000, '!?-=#*')],
    ['runs that are just short of long', `${'a'.repeat(63)} `.repeat(1_500)],
    ['emoji', '😀🎉'.repeat(10_000)],
    ['halves of surrogate pairs', '\ud83d'.repeat(20_000)],
  ])('counts a long text of %s in time that grows no faster than its length', async (_, text) => {
    const { tokens, ms } = await timed(text);
    expect(tokens).toBeGreaterThan(0);
    expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text));
    expect(ms).toBeLessThan(1_500);
  });

  it('counts a text of twenty million characters by its beginning', async () => {
    const sentence = 'The quick brown fox jumps over the lazy dog. ';
    const { tokens, ms } = await timed(sentence.repeat(450_000));
    expect(tokens).toBeGreaterThan(4_000_000);
    expect(tokens).toBeLessThan(5_000_000);
    expect(ms).toBeLessThan(1_500);
  });

  it('counts the whole of a text of which it got the beginning', async () => {
    const text = 'one two three four five six seven eight nine ten ';
    expect(await counter.count(text, text.length * 10)).toBe(10 * (await counter.count(text)));
  });

  it('lets others have their turn during a long count', async () => {
    let turns = 0;
    let turn = setImmediate(function next() {
      turns++;
      turn = setImmediate(next);
    });
    await counter.count('word '.repeat(40_000));
    clearImmediate(turn);
    expect(turns).toBeGreaterThan(10);
  });
});

/** Letters in an order that looks random and is the same on every run. */
function letters(count: number, alphabet: string): string {
  let state = 1;
  const next = (): string => {
    state = (state * 48_271) % 2_147_483_647;
    return alphabet[state % alphabet.length] ?? '';
  };
  return Array.from({ length: count }, next).join('');
}
