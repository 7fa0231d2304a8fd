import { type SettingFault, SettingsError } from './settings.error.js';

/** Fields whose value must not be printed, not even when it is wrong. */
const SECRET_FIELD = /key|secret|password|url|sha256|sessionToken|credentials|options/i;

/** Collects what is wrong with the settings, so that one start shows all of it. */
export class SettingFaults {
  private readonly faults: SettingFault[] = [];

  /** @param filledIn paths of texts that hold something of the environment, which may be a secret wherever it stands */
  constructor(private readonly filledIn: ReadonlySet<string> = new Set()) {}

  add(path: string, value: unknown, allowed: string): void {
    this.faults.push({ path, found: this.describe(path, value), allowed });
  }

  /** For what is wrong with something other than its value. */
  say(path: string, found: string, allowed: string): void {
    this.faults.push({ path, found, allowed });
  }

  /** Adds the faults of a part that was checked on its own. */
  gather(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      this.faults.push(...error.faults);
    }
  }

  /** @throws SettingsError */
  throwIfAny(): void {
    if (this.faults.length > 0) throw new SettingsError(this.faults);
  }

  private describe(path: string, value: unknown): string {
    if (value === undefined) return 'nothing';
    if (Array.isArray(value)) return 'a list';
    if (typeof value === 'object') return 'a group';
    const field = path.slice(path.lastIndexOf('.') + 1);
    if (SECRET_FIELD.test(field) || this.filledIn.has(path)) return 'a value that is not shown';
    return JSON.stringify(value);
  }
}
