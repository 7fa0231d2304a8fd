// Prints the table "fault × mode × client dialect" of what the tests in test/faults/ have shown; each of them leaves a
// file in coverage/faults/. With `--check docs/resilience.md` it fails where the table there is another one.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const CLIENTS = { 'openai-chat': 'OpenAI', 'anthropic-messages': 'Anthropic' };
const MODES = ['JSON', 'stream'];
/** Those whose tests are about one fault each, in the order of the table. */
const SPECS = ['refusals', 'silence', 'broken-bodies', 'continuing', 'half-written', 'circuit', 'accounting'];
const START = '<!-- fault table -->';
const END = '<!-- /fault table -->';

const missing = SPECS.filter((spec) => !fs.existsSync(`coverage/faults/${spec}.spec.json`));
if (missing.length > 0) fail(`Run 'npm test' first: it has not told about ${missing.join(', ')}.`);
const cells = SPECS.flatMap((spec) => JSON.parse(fs.readFileSync(`coverage/faults/${spec}.spec.json`, 'utf8')));
const faults = [...new Set(cells.map(({ fault }) => fault))];

const table = [
  row(['fault', 'mode', 'what the caller gets', ...Object.values(CLIENTS)]),
  row(['---', '---', '---', ...Object.values(CLIENTS).map(() => ':-:')]),
  ...faults.flatMap((fault) => MODES.flatMap((mode) => rowsOf(fault, mode))),
].join('\n');

const [option, file] = process.argv.slice(2);
if (option === undefined) console.log(table);
else if (option === '--check' && file !== undefined) check(file);
else fail('usage: fault-table.js [--check docs/resilience.md]');

/** One row for each outcome that was promised. */
function rowsOf(fault, mode) {
  const shown = cells.filter((cell) => cell.fault === fault && cell.mode === mode);
  const outcomes = [...new Set(shown.map(({ outcome }) => outcome))];
  return outcomes.map((outcome) => {
    const marks = Object.keys(CLIENTS).map((client) => mark(shown, client, outcome));
    return row([fault, mode, outcome, ...marks]);
  });
}

/** Yes where every test of it has passed, no where one has not, nothing where there is no such test. */
function mark(shown, client, outcome) {
  const tests = shown.filter((cell) => cell.client === client && cell.outcome === outcome);
  if (tests.length === 0) return '';
  return tests.every(({ passed }) => passed) ? '✓' : '✗';
}

/** @param {readonly string[]} texts */
function row(texts) {
  return `| ${texts.join(' | ')} |`;
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
