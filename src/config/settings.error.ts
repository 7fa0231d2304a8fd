/** One wrong setting. */
export interface SettingFault {
  /** Where it stands: `providers.openai.baseUrl`, or the name of an environment variable. */
  readonly path: string;
  /** The value as it was found, never a secret one. */
  readonly found: string;
  readonly allowed: string;
}

/** The settings cannot be used; the start stops and shows one line for each fault. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly SettingFault[]) {
    super(faults.map(formatFault).join('\n'));
    this.name = 'SettingsError';
  }
}

function formatFault({ path, found, allowed }: SettingFault): string {
  return `${path}: found ${found}, allowed: ${allowed}`;
}
