// Prints the table "fault × mode × client dialect" of what the tests in test/faults/ have shown; each of them leaves a
// file in coverage/faults/. With `--check docs/resilience.md` it fails where the table there is another one.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail, mark, printOrCheck, row } from './markdown-table.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const CLIENTS = { 'openai-chat': 'OpenAI', 'anthropic-messages': 'Anthropic' };
const MODES = ['JSON', 'stream'];
/** Those whose tests are about one fault each, in the order of the table. */
const SPECS = ['refusals', 'silence', 'broken-bodies', 'continuing', 'half-written', 'circuit', 'accounting'];

const missing = SPECS.filter((spec) => !fs.existsSync(`coverage/faults/${spec}.spec.json`));
if (missing.length > 0) fail(`Run 'npm test' first: it has not told about ${missing.join(', ')}.`);
const cells = SPECS.flatMap((spec) => JSON.parse(fs.readFileSync(`coverage/faults/${spec}.spec.json`, 'utf8')));
const faults = [...new Set(cells.map(({ fault }) => fault))];

const table = [
  row(['fault', 'mode', 'what the caller gets', ...Object.values(CLIENTS)]),
  row(['---', '---', '---', ...Object.values(CLIENTS).map(() => ':-:')]),
  ...faults.flatMap((fault) => MODES.flatMap((mode) => rowsOf(fault, mode))),
].join('\n');

printOrCheck(table, 'fault table');

/** One row for each outcome that was promised. */
function rowsOf(fault, mode) {
  const shown = cells.filter((cell) => cell.fault === fault && cell.mode === mode);
  const outcomes = [...new Set(shown.map(({ outcome }) => outcome))];
  return outcomes.map((outcome) => {
    const marks = Object.keys(CLIENTS).map((client) =>
      mark(shown.filter((cell) => cell.client === client && cell.outcome === outcome)),
    );
    return row([fault, mode, outcome, ...marks]);
  });
}
