import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serviceAccount } from '../../../test/support/vendor-accounts.js';
import { readServiceAccount } from './service-account.js';

const file = serviceAccount('https://oauth2.example/token');
const folder = mkdtempSync(join(tmpdir(), 'gateway-credentials-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('readServiceAccount', () => {
  const expected = { keyId: 'k1', tokenUrl: 'https://oauth2.example/token', project: 'acme' };

  it('reads the settings’ own JSON', () => {
    expect(readServiceAccount('v', ` \n${file}`)).toMatchObject(expected);
  });

  it('reads the file that the settings name', () => {
    const path = join(folder, 'key.json');
    writeFileSync(path, file);
    expect(readServiceAccount('v', path)).toMatchObject(expected);
  });

  it.each<[what: string, credentials: string]>([
    ['a file that is not there', join(folder, 'other.json')],
    ['half a file', file.slice(0, -10)],
    ['no private key', file.replace('BEGIN PRIVATE KEY', 'BEGIN')],
    ['no address for tokens', file.replace('https://', '')],
    ['another kind of credentials', '{"type":"authorized_user","refresh_token":"sk-secret"}'],
  ])('refuses %s and shows nothing of it', (_, credentials) => {
    expect(() => readServiceAccount('v', credentials)).toThrow(
      /^providers\.v\.credentials: found a value that is not shown, allowed: the JSON of [^{]*$/,
    );
  });
});
