import { type KeyObject, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SettingsError } from '../../config/settings.error.js';

/** Who the gateway is at Google Cloud. */
export interface ServiceAccount {
  readonly email: string;
  readonly key: KeyObject;
  readonly keyId: string | undefined;
  /** Where its tokens come from. */
  readonly tokenUrl: string;
  readonly project: string | undefined;
}

/**
 * Reads a service account's key file.
 * @param credentials the file's path, or what is in it
 * @throws SettingsError which shows nothing of it
 * @see https://cloud.google.com/iam/docs/keys-create-delete
 */
export function readServiceAccount(provider: string, credentials: string): ServiceAccount {
  try {
    const text = credentials.trimStart().startsWith('{') ? credentials : readFileSync(credentials, 'utf8');
    const file: Record<string, unknown> = JSON.parse(text);
    return {
      email: textOf(file['client_email']),
      key: createPrivateKey(textOf(file['private_key'])),
      keyId: typeof file['private_key_id'] === 'string' ? file['private_key_id'] : undefined,
      tokenUrl: new URL(textOf(file['token_uri'])).href,
      project: typeof file['project_id'] === 'string' ? file['project_id'] : undefined,
    };
  } catch {
    const allowed = 'the JSON of a service account’s key, or the path of a file with it';
    throw new SettingsError([
      { path: `providers.${provider}.credentials`, found: 'a value that is not shown', allowed },
    ]);
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a text is missing');
  return value;
}
