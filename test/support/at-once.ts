/** Runs the same thing so many times, all at once. */
export function atOnce<Result>(times: number, run: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => run(index)));
}

/** Keeps so many callers busy, one request after the other each, until the time is over. */
export async function keepAsking<Result>(
  { callers, forMs }: { readonly callers: number; readonly forMs: number },
  ask: (caller: number) => Promise<Result>,
): Promise<Result[]> {
  const until = performance.now() + forMs;
  const results: Result[] = [];
  await atOnce(callers, async (caller) => {
    while (performance.now() < until) results.push(await ask(caller));
  });
  return results;
}
