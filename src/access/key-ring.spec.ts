import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { AuthSettings, FileSettings, KeySettings } from '../config/settings.js';
import { KeyRing, hashKey } from './key-ring.js';

const team = Object.assign(new KeySettings(), { name: 'team', sha256: hashKey('gw-secret') });

function ringOf(host: string, mode?: 'keys' | 'open', keys: readonly KeySettings[] = []): KeyRing {
  const auth = Object.assign(new AuthSettings(), { mode });
  const environment = Object.assign(new EnvironmentSettings(), { HOST: host });
  return new KeyRing(new Settings(Object.assign(new FileSettings(), { auth, keys }), environment, new Map(), []));
}

describe('KeyRing', () => {
  it.each(['127.0.0.1', '::1', 'localhost'])('is open on %s while no key exists', (host) => {
    expect(ringOf(host).isOpen).toBe(true);
    expect(ringOf(host, 'open').isOpen).toBe(true);
  });

  it('asks for keys on loopback too, once one exists', () => {
    expect(ringOf('127.0.0.1', undefined, [team]).isOpen).toBe(false);
    expect(ringOf('127.0.0.1', 'keys', [team]).isOpen).toBe(false);
  });

  it('is open where the settings say so, keys or not', () => {
    expect(ringOf('127.0.0.1', 'open', [team]).isOpen).toBe(true);
  });

  it.each(['0.0.0.0', '::', '192.168.0.7', 'gateway.internal', '127.0.0.1.evil.example'])(
    'stops the start rather than listen on %s without keys',
    (host) => {
      expect(() => ringOf(host)).toThrow(/^keys: found no key/);
      expect(() => ringOf(host, 'keys')).toThrow(/^keys: found no key/);
      expect(() => ringOf(host, 'open')).toThrow(/^auth\.mode: found "open", allowed: open only while HOST is/);
      expect(() => ringOf(host, 'open', [team])).toThrow(/^auth\.mode/);
      expect(ringOf(host, undefined, [team]).isOpen).toBe(false);
    },
  );

  it('knows a key by its hash, and no other text', () => {
    const ring = ringOf('0.0.0.0', undefined, [team]);
    expect(ring.find(hashKey('gw-secret'))).toBe('team');
    const others = ['gw-secret', hashKey('gw-secret').toUpperCase(), hashKey(''), '', 'constructor', '__proto__'];
    expect(others.filter((text) => ring.find(text) !== undefined)).toEqual([]);
  });
});

describe('hashKey', () => {
  it.each(['', 'gw-secret', 'schlüssel 😀', 'x'.repeat(100_000)])('is the SHA-256 of %.20s', (key) => {
    expect(hashKey(key)).toBe(createHash('sha256').update(key).digest('hex'));
  });
});
