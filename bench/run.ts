import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Bench, prepare, type Scenario } from './bench.ts';
import { type Cores, chooseCores, describeMachine } from './machine/cores.ts';
import { stopEverything } from './machine/processes.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { json } from './scenarios/json.scenario.ts';
import { memory } from './scenarios/memory.scenario.ts';
import { openStreams } from './scenarios/open-streams.scenario.ts';
import { prompts } from './scenarios/prompts.scenario.ts';
import { start } from './scenarios/start.scenario.ts';
import { stream } from './scenarios/stream.scenario.ts';
import { formatSection, type Section } from './table.ts';

const scenarios = [json, stream, prompts, openStreams, start, memory];
const builtGateway = fileURLToPath(new URL('../dist/main.js', import.meta.url));

async function main(): Promise<void> {
  const names = scenarios.map((scenario) => scenario.name);
  const options = readOptions(names, builtGateway);
  if (options === 'help') return console.log(`${USAGE}\n\nscenarios: ${names.join(', ')}`);
  if (!fs.existsSync(options.gatewayEntry)) throw new Error(`${options.gatewayEntry} is missing: npm run build`);

  const chosen = scenarios.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const cores = chooseCores();
  console.log(`${describeMachine(cores)}\n`);
  const startedAt = Date.now();
  const sections = await runAll(await prepare(options, cores), chosen);
  console.log(summary(sections, (Date.now() - startedAt) / 1000));
  if (options.jsonFile !== undefined) writeJson(options, cores, sections);
}

async function runAll(bench: Bench, chosen: readonly Scenario[]): Promise<Section[]> {
  const sections: Section[] = [];
  for (const scenario of chosen) {
    const section = { scenario: scenario.name, title: scenario.title, rows: await scenario.run(bench) };
    console.log(`${formatSection(section)}\n`);
    sections.push(section);
  }
  return sections;
}

function summary(sections: readonly Section[], seconds: number): string {
  const targets = sections.flatMap(({ rows }) => rows.flatMap(({ target }) => target ?? []));
  const count = (met: boolean | undefined): number => targets.filter((target) => target.met === met).length;
  return `${count(true)} targets met, ${count(false)} missed, ${count(undefined)} not judged; ${seconds.toFixed(0)} s`;
}

function writeJson(options: Options, cores: Cores, sections: readonly Section[]): void {
  const record = { at: new Date().toISOString(), machine: describeMachine(cores), quick: options.quick, sections };
  fs.writeFileSync(options.jsonFile ?? '', `${JSON.stringify(record, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stopEverything();
}
