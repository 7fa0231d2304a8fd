import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { AiSdkModels } from './ai-sdk.models.js';

/** The name of a package and nothing else: no path, no URL, no file in a package. */
const PACKAGE_NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;

type Factory = (settings: object) => AiSdkModels;

export function isPackageName(name: string): boolean {
  return PACKAGE_NAME.test(name) && !isBuiltin(name);
}

/** @returns where the package's code is, `undefined` when neither the gateway nor the working directory has it */
export function packageUrl(name: string): string | undefined {
  try {
    return import.meta.resolve(name);
  } catch {
    return packageUrlAt(process.cwd(), name);
  }
}

/**
 * Loads the package's factory: its one export `create…`, or the one that the settings name.
 * @throws UpstreamError `invalid_reply` when there is not exactly one
 */
export async function loadFactory(url: string, wanted: string | undefined): Promise<Factory> {
  const exported: Record<string, unknown> = await import(url);
  const factories = Object.entries(exported).filter(
    (entry): entry is [string, Factory] =>
      typeof entry[1] === 'function' && (wanted === undefined ? /^create[A-Z]/.test(entry[0]) : entry[0] === wanted),
  );
  const [factory, ...others] = new Set(factories.map(([, value]) => value));
  if (factory && others.length === 0) return factory;
  const names = factories.map(([name]) => name).join(', ') || 'none';
  const advice = 'name it in options.factory';
  throw new UpstreamError({ reason: 'invalid_reply' }, `factories in ${url}: ${names}, but one is needed; ${advice}`);
}

function packageUrlAt(directory: string, name: string): string | undefined {
  try {
    return pathToFileURL(createRequire(join(directory, 'package.json')).resolve(name)).href;
  } catch {
    return undefined;
  }
}
