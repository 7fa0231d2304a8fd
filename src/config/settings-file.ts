import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { type SettingFault, SettingsError } from './settings.error.js';

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
/** Stands for a reference while YAML is parsed, so that no value of the environment can change the file's structure. */
const PLACEHOLDER = /__ENV__([A-Za-z_][A-Za-z0-9_]*)__VNE__/g;

/**
 * Reads a settings file and replaces `${NAME}` in its texts from the environment.
 * @returns an empty object when the file does not exist and was not asked for by name
 * @throws SettingsError when it is missing though named, is no YAML, or names a variable that is not set
 */
export function readSettingsFile(path: string, env: NodeJS.ProcessEnv): Record<string, unknown> {
  if (!existsSync(path)) {
    if (env['GATEWAY_CONFIG'] === undefined) return {};
    throw new SettingsError([{ path: 'GATEWAY_CONFIG', found: path, allowed: 'a file that exists' }]);
  }
  return parseSettings(readFileSync(path, 'utf8'), env);
}

export function parseSettings(text: string, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const document = parseDocument(text.replace(REFERENCE, '__ENV__$1__VNE__'));
  if (document.errors.length > 0) {
    throw new SettingsError(
      document.errors.map(({ linePos, code }) => ({
        path: `line ${linePos?.[0].line ?? '?'}`,
        found: code.toLowerCase().replaceAll('_', ' '),
        allowed: 'YAML',
      })),
    );
  }
  const faults: SettingFault[] = [];
  const settings = resolve(document.toJS(), '', env, faults);
  if (faults.length > 0) throw new SettingsError(faults);
  if (settings === undefined) return {};
  if (!isGroup(settings)) {
    throw new SettingsError([{ path: 'the file', found: 'no group of settings', allowed: 'settings by name' }]);
  }
  return settings;
}

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fills in references and drops empty values, which YAML reads as null and the operator means as "left out". */
function resolve(value: unknown, path: string, env: NodeJS.ProcessEnv, faults: SettingFault[]): unknown {
  if (typeof value === 'string') {
    return value.replace(PLACEHOLDER, (_, name: string) => {
      const replacement = env[name];
      if (replacement === undefined || replacement === '') {
        faults.push({ path, found: `\${${name}}`, allowed: `the environment variable ${name} to be set` });
      }
      return replacement ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => resolve(item, `${path}[${index}]`, env, faults));
  if (isGroup(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, resolve(item, path === '' ? key : `${path}.${key}`, env, faults)]),
    );
  }
  return value ?? undefined;
}
