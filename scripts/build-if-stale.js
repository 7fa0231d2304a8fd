// Builds dist/ when it is missing or older than what it is made from. Runs before `npm start` and the end-to-end tests.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `This needs Node 24.15 or later, and ${process.version} runs. Start it through npm: 'npm ci && npm start'.`,
  );
  process.exit(1);
}

const sources = [
  'package-lock.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  ...fs.globSync('src/**/*.ts'),
];
const builtAt = fs.existsSync('dist/main.js') ? fs.statSync('dist/main.js').mtimeMs : 0;
if (sources.some((file) => fs.statSync(file).mtimeMs > builtAt)) {
  execFileSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], { stdio: 'inherit' });
}
