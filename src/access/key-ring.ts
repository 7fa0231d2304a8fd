import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import { SettingsError } from '../config/settings.error.js';

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '::1', 'localhost']);

/** The callers' keys. They are known by their hash only. */
@Injectable()
export class KeyRing {
  /** Whether callers need no key. Only a gateway that listens on loopback alone may be open. */
  readonly isOpen: boolean;
  private readonly namesByHash: ReadonlyMap<string, string>;

  constructor({ auth, environment, keys }: Settings) {
    this.namesByHash = new Map(keys.map(({ sha256, name }) => [sha256, name]));
    const isLoopback = LOOPBACK_HOSTS.has(environment.HOST);
    this.isOpen = auth.mode === undefined ? isLoopback && keys.length === 0 : auth.mode === 'open';
    if (this.isOpen && !isLoopback) {
      const allowed = 'open only while HOST is 127.0.0.1, ::1 or localhost';
      throw new SettingsError([{ path: 'auth.mode', found: '"open"', allowed }]);
    }
    if (!isLoopback && keys.length === 0 && environment.GATEWAY_ADMIN_KEY === undefined) {
      const found = `no key, and HOST is ${JSON.stringify(environment.HOST)}`;
      const allowed = 'at least one { name, sha256 } unless the gateway listens on loopback only';
      throw new SettingsError([{ path: 'keys', found, allowed }]);
    }
  }

  /** @returns the name of the key with this hash */
  find(sha256: string): string | undefined {
    return this.namesByHash.get(sha256);
  }
}

/** 64 lower-case hex digits. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}
