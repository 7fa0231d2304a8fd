import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BUILD_IF_STALE = fileURLToPath(new URL('../../scripts/build-if-stale.js', import.meta.url));

/** End-to-end tests talk to the gateway as users run it: the built one, in a process of its own. */
export default function build(): void {
  execFileSync(process.execPath, [BUILD_IF_STALE], { stdio: 'inherit' });
}
