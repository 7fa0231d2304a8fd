/** End-to-end tests talk to the gateway as users run it: the built one, in a process of its own. */
export default async function build(): Promise<void> {
  await import('../../scripts/build-if-stale.js');
}
