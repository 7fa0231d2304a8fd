import { Injectable } from '@nestjs/common';

/** Text past this is not tokenised but counted by the same density; tokenising is linear at best. */
const MAX_TOKENISED_CHARACTERS = 200_000;
/** Long runs of one character make byte pair encoding quadratic: 100,000 equal letters take seconds. */
const LONG_RUN = /(.)\1{63,}/gsu;
/** A token of a long run is rarely shorter. */
const RUN_CHARACTERS_PER_TOKEN = 8;

/**
 * Counts tokens where a vendor reports none. The counts are estimates: they use OpenAI's current encoding for every
 * model and leave out what a vendor adds for roles and tools.
 */
@Injectable()
export class TokenCounter {
  private countTokens: Promise<(text: string) => number> | undefined;

  /** @returns tokens, 0 for an empty text */
  async count(text: string): Promise<number> {
    if (text === '') return 0;
    // Loaded on first use: its tables take tens of megabytes, and most deployments never need them.
    this.countTokens ??= import('gpt-tokenizer').then(
      ({ countTokens }) =>
        (sample) =>
          countTokens(sample),
    );
    const countTokens = await this.countTokens;
    let runTokens = 0;
    const plain = text.replace(LONG_RUN, (run) => {
      runTokens += Math.ceil(run.length / RUN_CHARACTERS_PER_TOKEN);
      return ' ';
    });
    const sample = plain.slice(0, MAX_TOKENISED_CHARACTERS);
    const density = plain.length / Math.max(1, sample.length);
    return runTokens + Math.ceil(countTokens(sample) * density);
  }
}
