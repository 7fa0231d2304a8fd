// Prints the table "client dialect × vendor × feature" of what the tests in test/clients/ have shown; each of them leaves
// a file in coverage/features/. With `--check README.md` it fails where the README's table is another one.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, mark, printOrCheck, row } from './markdown-table.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const COLUMNS = [
  'chat',
  'stream',
  'tools',
  'streamed tools',
  'structured output',
  'reasoning',
  'images',
  'errors',
  'usage',
  'token count',
  'embeddings',
];
const CLIENTS = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'];
/** By dialect, the type of the provider that the tests have for it. */
const VENDORS = {
  'openai-chat': 'openai-compatible',
  'openai-responses': 'openai',
  'anthropic-messages': 'anthropic',
  gemini: 'gemini',
  'bedrock-converse': 'bedrock',
};

const specs = fs.globSync('test/clients/*.spec.ts').map((spec) => path.basename(spec, '.ts'));
const missing = specs.filter((spec) => !fs.existsSync(`coverage/features/${spec}.json`));
if (missing.length > 0) fail(`Run 'npm test' first: it has not told about ${missing.join(', ')}.`);
const cells = specs.flatMap((spec) => JSON.parse(fs.readFileSync(`coverage/features/${spec}.json`, 'utf8')));

const table = [
  row(['client', 'vendor', ...COLUMNS]),
  row(['---', '---', ...COLUMNS.map(() => ':-:')]),
  ...CLIENTS.flatMap((client) =>
    Object.entries(VENDORS).map(([vendor, type]) =>
      row([client, type, ...COLUMNS.map((feature) => mark(shown(client, vendor, feature)))]),
    ),
  ),
].join('\n');

printOrCheck(table, 'feature table');

/** The tests of one feature. */
function shown(client, vendor, feature) {
  return cells.filter((cell) => cell.client === client && cell.vendor === vendor && cell.feature === feature);
}
