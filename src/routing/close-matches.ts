const MOST = 3;
const MAX_LENGTH = 100;

/** The known names that are spelt most like `name`, best first; names that share little with it are left out. */
export function closeMatches(name: string, known: readonly string[]): string[] {
  const wanted = bigrams(name.slice(0, MAX_LENGTH));
  return known
    .map((candidate) => ({
      candidate,
      score: Math.max(...spellings(candidate).map((text) => similarity(wanted, bigrams(text)))),
    }))
    .filter(({ score }) => score >= 0.4)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

/** A name in full, and without the provider before it. */
function spellings(name: string): string[] {
  const short = name.slice(0, MAX_LENGTH);
  return [short, short.slice(short.indexOf('/') + 1)];
}

/** Sørensen–Dice coefficient of two sets of letter pairs, 0 to 1. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  const shared = [...a].filter((pair) => b.has(pair)).length;
  return (2 * shared) / (a.size + b.size);
}

function bigrams(text: string): Set<string> {
  const padded = ` ${text.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 1 }, (_, at) => padded.slice(at, at + 2)));
}
