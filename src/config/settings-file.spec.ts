import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings, readSettingsFile } from './settings-file.js';
import { SettingsError } from './settings.error.js';

const env = { OPENAI_API_KEY: 'sk-live', REGION: 'eu', TIER: 'fast', PORT: '2048', EMPTY: '' };

/** What the file's faults say: `path: found …, allowed: …`. */
function faultsOf(text: string): string[] {
  try {
    parseSettings(text, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('parseSettings', () => {
  it.each<[form: string, text: string, settings: object]>([
    [
      'in a flow mapping, as the contract writes it',
      'providers: { openai: { apiKey: ${OPENAI_API_KEY} } }',
      { providers: { openai: { apiKey: 'sk-live' } } },
    ],
    ['in a block mapping', 'apiKey: ${OPENAI_API_KEY}', { apiKey: 'sk-live' }],
    ['in quotes', `a: "\${REGION}"\nb: '\${REGION}'`, { a: 'eu', b: 'eu' }],
    ['in a list', '[x, "${REGION}"]', ['x', 'eu']],
    ['inside a longer text', 'url: https://${REGION}.example.org/v1', { url: 'https://eu.example.org/v1' }],
    ['twice in one text', 'url: https://${REGION}-${TIER}.example.org', { url: 'https://eu-fast.example.org' }],
    ['next to each other', 'url: https://${REGION}${TIER}.example.org', { url: 'https://eufast.example.org' }],
    ['joined by an underscore', 'name: ${REGION}_${TIER}', { name: 'eu_fast' }],
  ])('replaces references %s', (_, text, settings) => {
    const wrapped = Array.isArray(settings) ? `list: ${text}` : text;
    expect(parseSettings(wrapped, env).settings).toEqual(Array.isArray(settings) ? { list: settings } : settings);
  });

  it.each(['a: b\nevil: true', '}, evil: { a: b', '"', '${OPENAI_API_KEY}', '# x', '$& $1', '&x [*x]', '!!js'])(
    'takes the value %j from the environment for text and nothing else',
    (value) => {
      expect(parseSettings('providers: { x: { apiKey: ${KEY} } }', { KEY: value }).settings).toEqual({
        providers: { x: { apiKey: value } },
      });
    },
  );

  it('does not look at references in comments', () => {
    expect(parseSettings('a: 1 # ${NOT_SET}', env).settings).toEqual({ a: 1 });
  });

  it('names each reference that is not set, or empty, with its path', () => {
    expect(faultsOf('a: { b: "${NOT_SET}" }\nlist: [{ c: "${EMPTY}" }]')).toEqual([
      'a.b: found ${NOT_SET}, allowed: the environment variable NOT_SET to be set',
      'list[0].c: found ${EMPTY}, allowed: the environment variable EMPTY to be set',
    ]);
  });

  it.each(['toString', 'constructor'])('does not take ${%s} for a variable that is set', (name) => {
    expect(faultsOf(`a: \${${name}}`)).toEqual([expect.stringContaining(`environment variable ${name}`)]);
  });

  it.each(['', '# nothing\n', 'null', '~'])('takes the empty file %j for no settings', (text) => {
    expect(parseSettings(text, env).settings).toEqual({});
  });

  it('takes an empty value for a setting that was left out', () => {
    expect(parseSettings('limits:\ncache: { ttlSeconds: , maxEntries: 5 }', env).settings).toEqual({
      cache: { maxEntries: 5 },
    });
  });

  it.each([
    ['text', 'hello', 'the file: found no group of settings'],
    ['a list', '- 1', 'the file: found no group of settings'],
    ['a key that comes twice', 'a: 1\na: 2', 'line 2: found duplicate key'],
    ['a bracket that is not closed', 'a: [1\nb: 2', 'line 2: found'],
    ['an alias that points nowhere', 'a: *nothing', 'found'],
    ['an alias that contains itself', 'a: &a [*a]', 'found'],
  ])('refuses %s', (_, text, fault) => {
    expect(faultsOf(text).join('\n')).toContain(fault);
  });

  it('shows no text of a file that is no YAML, since it may be a key', () => {
    expect(faultsOf('apiKey: "sk-live\nx: [').join()).not.toContain('sk-live');
  });
});

describe('readSettingsFile', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gateway-settings-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('reads the file', () => {
    const path = join(folder, 'gateway.yaml');
    writeFileSync(path, 'server: { maxBodyBytes: ${PORT} }');
    expect(readSettingsFile(path, env).settings).toEqual({ server: { maxBodyBytes: '2048' } });
  });

  it.each([[{}], [{ GATEWAY_CONFIG: '' }]])(
    'does without the default file when the environment is %j',
    (environment) => {
      expect(readSettingsFile(join(folder, 'missing.yaml'), environment).settings).toEqual({});
    },
  );

  it('refuses a file that was asked for and is missing', () => {
    const path = join(folder, 'missing.yaml');
    expect(() => readSettingsFile(path, { GATEWAY_CONFIG: path })).toThrow(`GATEWAY_CONFIG: found ${path}`);
  });

  it('refuses a folder in place of a file with a line of its own', () => {
    expect(() => readSettingsFile(folder, { GATEWAY_CONFIG: folder })).toThrow(SettingsError);
  });
});
