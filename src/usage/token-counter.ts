import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** Text past this is not tokenised but counted by the same density. */
const MAX_TOKENISED_CHARACTERS = 200_000;
/** Byte pair encoding is quadratic in the length of a word, so that no word may be longer than a block. */
const BLOCK_CHARACTERS = 256;
/** Anybody can write `<|endoftext|>`; in a message it is text like any other. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };
/** Other requests get their turn after so many blocks. */
const BLOCKS_IN_A_TURN = 32;

/**
 * Counts tokens where a vendor reports none. The counts are estimates: they use OpenAI's current encoding for every
 * model and leave out what a vendor adds for roles and tools.
 */
@Injectable()
export class TokenCounter {
  private countTokens: Promise<(text: string) => number> | undefined;

  /**
   * @param text the text, or its beginning
   * @param length of the whole text, in characters
   * @returns tokens, 0 for an empty text
   */
  async count(text: string, length = text.length): Promise<number> {
    if (text === '') return 0;
    // Loaded on first use: its tables take tens of megabytes, and most deployments never need them.
    this.countTokens ??= import('gpt-tokenizer').then(
      ({ countTokens }) =>
        (block) =>
          countTokens(block, AS_TEXT),
    );
    const countTokens = await this.countTokens;
    const sample = text.slice(0, MAX_TOKENISED_CHARACTERS);
    let tokens = 0;
    let blocks = 0;
    for (const block of blocksOf(sample)) {
      tokens += countTokens(block);
      if (++blocks % BLOCKS_IN_A_TURN === 0) await nextTurn();
    }
    return Math.ceil(tokens * (length / sample.length));
  }
}

/** Cuts at the last space of each block, where a token begins anyway, or where the block is full. */
function* blocksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const full = at + BLOCK_CHARACTERS;
    const space = full < text.length ? text.lastIndexOf(' ', full) : -1;
    const end = space > at ? space : full;
    yield text.slice(at, end);
    at = end;
  }
}
