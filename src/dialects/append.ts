/** Adds to the end of a list. Handed over as arguments of one `push`, very many items overflow the stack. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
