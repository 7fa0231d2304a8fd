/** Picodollars in one dollar: a token at 0.01 USD a million costs 10,000 of them. */
const PICO_PER_USD = 1_000_000_000_000n;
const PICO_DIGITS = 12;

/**
 * The nearest integer number of picodollars.
 * @param usd a finite amount of at least 0, as price data has it
 */
export function toPicoUsd(usd: number): bigint {
  return BigInt(Math.round(usd * Number(PICO_PER_USD)));
}

/** A decimal string without exponent or trailing zeros: `0.000123`, `12`, `0`. */
export function formatUsd(picoUsd: bigint): string {
  const whole = picoUsd / PICO_PER_USD;
  const fraction = (picoUsd % PICO_PER_USD).toString().padStart(PICO_DIGITS, '0').replace(/0+$/, '');
  return fraction === '' ? `${whole}` : `${whole}.${fraction}`;
}
