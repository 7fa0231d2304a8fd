// What the scripts share that make tables of what the tests have shown.
import fs from 'node:fs';

/** @param {readonly string[]} texts */
export function row(texts) {
  return `| ${texts.join(' | ')} |`;
}

/** Yes where every one of these tests has passed, no where one has not, nothing where there is none. */
export function mark(tests) {
  if (tests.length === 0) return '';
  return tests.every(({ passed }) => passed) ? '✓' : '✗';
}

/**
 * Prints the table; with `--check file`, fails where the one in the file is another.
 * @param {string} name stands in the comments around the table in the file
 */
export function printOrCheck(table, name) {
  const [option, file] = process.argv.slice(2);
  if (option === undefined) console.log(table);
  else if (option === '--check' && file !== undefined) check(table, name, file);
  else fail('usage: [--check <file>]');
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

function check(table, name, file) {
  const text = fs.readFileSync(file, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before === -1 || after < before) fail(`${file} has no table between ${start} and ${end}.`);
  if (plain(text.slice(before + start.length, after)) !== plain(table)) {
    fail(`The table in ${file} is not what the tests have shown. It should be:\n\n${table}`);
  }
}

/** Prettier pads the columns. */
function plain(markdown) {
  return markdown
    .replaceAll(/ +/g, ' ')
    .replaceAll(/:?-{2,}:?/g, '---')
    .replaceAll(':-:', '---')
    .trim();
}
