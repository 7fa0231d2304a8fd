import { Ajv, type ValidateFunction } from 'ajv';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const cache = join(modules, '.cache', 'sdk-schema');
const validators = new Map<string, ValidateFunction>();

/**
 * What a body has against a type that a vendor's SDK declares; empty when it is valid.
 * @param module what a program imports the type from, such as `openai/resources/responses/responses`
 * @param type an exported name of that module; `Namespace.Type` for one inside a namespace
 */
export function faultsAgainstSdk(module: string, type: string, body: unknown): string[] {
  const key = `${module}#${type}`;
  const validate =
    validators.get(key) ?? new Ajv({ strict: false, validateFormats: false }).compile(schemaOf(module, type));
  validators.set(key, validate);
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Made once for each version of an SDK: reading its declarations takes seconds. */
function schemaOf(module: string, type: string): object {
  const name = `${module}-${type}-${versionOf(module)}`.replaceAll(/[^\w.-]/g, '_');
  const file = join(cache, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  mkdirSync(cache, { recursive: true });
  const source = join(cache, `${name}.ts`);
  writeFileSync(source, `import * as sdk from '${module}';\nexport type Body = sdk.${type};\n`);
  const schema = createGenerator({
    path: source,
    tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
    type: 'Body',
    skipTypeCheck: true,
    additionalProperties: true,
    functions: 'hide',
    jsDoc: 'none',
  }).createSchema('Body');
  // Renamed into place: another test process may be looking for it.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(schema));
  renameSync(draft, file);
  return schema;
}

function versionOf(module: string): string {
  const parts = module.split('/');
  const root = join(modules, ...parts.slice(0, module.startsWith('@') ? 2 : 1), 'package.json');
  const { version }: { readonly version: string } = JSON.parse(readFileSync(root, 'utf8'));
  return version;
}
