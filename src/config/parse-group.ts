import { plainToInstance } from 'class-transformer';
import { type ValidationError, getMetadataStorage, validateSync } from 'class-validator';
import type { SettingFaults } from './setting-faults.js';
import { isGroup } from './settings-file.js';

/** Makes one typed group of settings and adds a fault for each value that it does not allow. */
export function parseGroup<T extends object>(
  type: new () => T,
  plain: unknown,
  path: string,
  faults: SettingFaults,
): T {
  if (!isGroup(plain)) {
    faults.say(path, Array.isArray(plain) ? 'a list' : 'a value that is not shown', 'a group of settings');
    return new type();
  }
  const group = plainToInstance(type, plain, { exposeDefaultValues: true });
  const errors = validateSync(group, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  for (const error of errors) collect(error, path, faults);
  return group;
}

function collect(error: ValidationError, parent: string, faults: SettingFaults): void {
  const path = join(parent, error.property);
  for (const child of error.children ?? []) collect(child, path, faults);
  if (!error.constraints) return;
  const { whitelistValidation, ...others } = error.constraints;
  if (whitelistValidation !== undefined) {
    faults.say(path, 'an unknown setting', `only ${fieldsOf(error.target).join(', ')}`);
    return;
  }
  const allowed = [...new Set(Object.values(others))].join(', ');
  const at = 'isObject' in others && Array.isArray(error.value) ? error.value.findIndex((item) => !isGroup(item)) : -1;
  if (at >= 0) faults.add(`${path}[${at}]`, error.value[at], allowed);
  else faults.add(path, error.value, allowed);
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
