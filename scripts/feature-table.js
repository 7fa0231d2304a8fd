// Prints the table "client dialect × vendor × feature" of what the tests in test/clients/ have shown; each of them leaves
// a file in coverage/features/. With `--check README.md` it fails where the README's table is another one.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

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
const START = '<!-- feature table -->';
const END = '<!-- /feature table -->';

const specs = fs.globSync('test/clients/*.spec.ts').map((spec) => path.basename(spec, '.ts'));
const missing = specs.filter((spec) => !fs.existsSync(`coverage/features/${spec}.json`));
if (missing.length > 0) fail(`Run 'npm test' first: it has not told about ${missing.join(', ')}.`);
const cells = specs.flatMap((spec) => JSON.parse(fs.readFileSync(`coverage/features/${spec}.json`, 'utf8')));

const table = [
  row(['client', 'vendor', ...COLUMNS]),
  row(['---', '---', ...COLUMNS.map(() => ':-:')]),
  ...CLIENTS.flatMap((client) =>
    Object.entries(VENDORS).map(([vendor, type]) =>
      row([client, type, ...COLUMNS.map((feature) => mark(client, vendor, feature))]),
    ),
  ),
].join('\n');

const [option, file] = process.argv.slice(2);
if (option === undefined) console.log(table);
else if (option === '--check' && file !== undefined) check(file);
else fail('usage: feature-table.js [--check README.md]');

/** @param {readonly string[]} texts */
function row(texts) {
  return `| ${texts.join(' | ')} |`;
}

/** Yes where every test of it has passed, no where one has not, nothing where there is no such test. */
function mark(client, vendor, feature) {
  const shown = cells.filter((cell) => cell.client === client && cell.vendor === vendor && cell.feature === feature);
  if (shown.length === 0) return '';
  return shown.every(({ passed }) => passed) ? '✓' : '✗';
}

function check(file) {
  const text = fs.readFileSync(file, 'utf8');
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start === -1 || end === -1) fail(`${file} has no table between ${START} and ${END}.`);
  // Prettier pads the columns.
  const plain = (markdown) =>
    markdown
      .replaceAll(/ +/g, ' ')
      .replaceAll(/:?-{2,}:?/g, '---')
      .replaceAll(':-:', '---')
      .trim();
  if (plain(text.slice(start + START.length, end)) !== plain(table)) {
    fail(`The table in ${file} is not what the tests have shown. It should be:\n\n${table}`);
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
