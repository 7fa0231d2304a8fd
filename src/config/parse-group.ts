import { plainToInstance } from 'class-transformer';
import { type ValidationError, getMetadataStorage, validateSync } from 'class-validator';
import type { SettingFault } from './settings.error.js';
import { isGroup } from './settings-file.js';

/** Fields whose value must not be printed, not even when it is wrong. */
const SECRET = /key|secret|token|password|url|sha256/i;

/** Makes one typed group of settings and adds a fault for each value that it does not allow. */
export function parseGroup<T extends object>(
  type: new () => T,
  plain: unknown,
  path: string,
  faults: SettingFault[],
): T {
  if (!isGroup(plain)) {
    faults.push({ path, found: describe(path, plain), allowed: 'a group of settings' });
    return new type();
  }
  const group = plainToInstance(type, plain, { exposeDefaultValues: true });
  const errors = validateSync(group, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  for (const error of errors) collect(error, path, faults);
  return group;
}

function collect(error: ValidationError, parent: string, faults: SettingFault[]): void {
  const path = join(parent, error.property);
  for (const child of error.children ?? []) collect(child, path, faults);
  if (!error.constraints) return;
  const { whitelistValidation, ...others } = error.constraints;
  if (whitelistValidation !== undefined) {
    const allowed = `only ${fieldsOf(error.target).join(', ')}`;
    faults.push({ path, found: 'an unknown setting', allowed });
    return;
  }
  faults.push({ path, found: describe(path, error.value), allowed: [...new Set(Object.values(others))].join(', ') });
}

function join(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
}

function fieldsOf(target: object | undefined): string[] {
  if (!target) return [];
  const metadata = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(metadata.map(({ propertyName }) => propertyName))].toSorted();
}

function describe(path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group';
  if (SECRET.test(path.slice(path.lastIndexOf('.') + 1))) return 'a value that is not shown';
  return JSON.stringify(value);
}
