import { parseArgs } from 'node:util';

export interface Options {
  readonly quick: boolean;
  /** Names of the scenarios to run; empty means all. */
  readonly only: readonly string[];
  readonly jsonFile: string | undefined;
  /** The built gateway to measure, so that two builds can be compared. */
  readonly gatewayEntry: string;
  /** For the gateway's Node on top of those of `npm start`: a profile, another heap. */
  readonly nodeOptions: readonly string[];
}

export const USAGE = `npm run bench -- [options]
  --quick           shorter rounds, the whole run in under two minutes; memory over fewer requests
  --only NAME       only this scenario (repeat, or separate by commas)
  --json FILE       also write every figure to FILE
  --gateway FILE    measure this build instead of dist/main.js
  --node-options O  run the gateway with these too, such as "--cpu-prof --cpu-prof-dir=/tmp/profiles"
  --help`;

export function readOptions(scenarioNames: readonly string[], defaultGatewayEntry: string): Options | 'help' {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      gateway: { type: 'string', default: defaultGatewayEntry },
      'node-options': { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const only = values.only.flatMap((names) => names.split(','));
  const unknown = only.filter((name) => !scenarioNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(`unknown scenario ${unknown.join(', ')}; there are: ${scenarioNames.join(', ')}`);
  }
  return {
    quick: values.quick,
    only,
    jsonFile: values.json,
    gatewayEntry: values.gateway,
    nodeOptions: values['node-options'].split(' ').filter((option) => option !== ''),
  };
}
