/** What a table has under a word that somebody else wrote: `constructor` and the like are in no table. */
export function valueIn<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
