import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { SettingFaults } from './setting-faults.js';
import { SettingsError } from './settings.error.js';

/** A settings file, its references filled in and its empty values left out. */
interface SettingsFile {
  readonly settings: Record<string, unknown>;
  /** Paths of the texts that hold something of the environment. */
  readonly filledIn: ReadonlySet<string>;
}

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
/**
 * Stands for a reference while YAML is parsed, so that no value of the environment can change the file's structure. Its
 * brackets are private-use characters, which YAML takes for text anywhere, also where `{` would begin a mapping.
 */
const PLACEHOLDER = /\uE000([A-Za-z_][A-Za-z0-9_]*)\uE001/g;

/**
 * Reads a settings file and replaces `${NAME}` in its texts from the environment.
 * @returns no settings when the file does not exist and was not asked for by name
 * @throws SettingsError when it is missing though named, is no YAML, or names a variable that is not set
 */
export function readSettingsFile(path: string, env: NodeJS.ProcessEnv): SettingsFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && !env['GATEWAY_CONFIG']) return { settings: {}, filledIn: new Set() };
    throw new SettingsError([{ path: 'GATEWAY_CONFIG', found: path, allowed: 'a file that can be read' }]);
  }
  return parseSettings(text, env);
}

export function parseSettings(text: string, env: NodeJS.ProcessEnv): SettingsFile {
  const faults = new SettingFaults();
  const document = parseDocument(text.replace(REFERENCE, '\uE000$1\uE001'));
  for (const { linePos, code } of document.errors) {
    faults.say(`line ${linePos?.[0].line ?? '?'}`, code.toLowerCase().replaceAll('_', ' '), 'YAML');
  }
  faults.throwIfAny();

  const filledIn = new Set<string>();
  const settings = new References(env, faults, filledIn).resolve(toPlain(document), '') ?? {};
  if (!isGroup(settings)) faults.say('the file', 'no group of settings', 'settings by name');
  faults.throwIfAny();
  return { settings: isGroup(settings) ? settings : {}, filledIn };
}

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws SettingsError for an alias that names nothing, too much, or itself */
function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    const plain: unknown = document.toJS();
    JSON.stringify(plain);
    return plain;
  } catch {
    throw new SettingsError([{ path: 'the file', found: 'an alias without an end', allowed: 'plain settings' }]);
  }
}

class References {
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly faults: SettingFaults,
    private readonly filledIn: Set<string>,
  ) {}

  /** Fills in references and drops empty values, which YAML reads as null and the operator means as "left out". */
  resolve(value: unknown, path: string): unknown {
    if (typeof value === 'string') return value.replace(PLACEHOLDER, (_, name: string) => this.valueOf(name, path));
    if (Array.isArray(value)) return value.map((item, index) => this.resolve(item, `${path}[${index}]`));
    if (!isGroup(value)) return value ?? undefined;
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, this.resolve(item, path === '' ? key : `${path}.${key}`)]),
    );
  }

  private valueOf(name: string, path: string): string {
    this.filledIn.add(path);
    const value = Object.hasOwn(this.env, name) ? this.env[name] : undefined;
    if (!value) this.faults.say(path, `\${${name}}`, `the environment variable ${name} to be set`);
    return value ?? '';
  }
}
