import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Settings, loadSettings } from '../../src/config/load-settings.js';

/**
 * What a start would make of a settings file with this in it.
 * @throws SettingsError as the start does
 */
export function load(yaml: string, env: NodeJS.ProcessEnv = {}): Settings {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-settings-'));
  try {
    const path = join(folder, 'gateway.yaml');
    writeFileSync(path, yaml);
    return loadSettings({ GATEWAY_CONFIG: path, ...env });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines with which a start would refuse such a file; none where it takes it. */
export function faultsOf(yaml: string, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    load(yaml, env);
  } catch (error) {
    if (error instanceof Error && error.name === 'SettingsError') return error.message.split('\n');
    throw error;
  }
  return [];
}
