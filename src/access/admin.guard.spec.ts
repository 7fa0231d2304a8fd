import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, KeySettings } from '../config/settings.js';
import { AdminGuard } from './admin.guard.js';
import { KeyRing, hashKey } from './key-ring.js';

const ADMIN_KEY = 'gw-admin-1';
const TEAM_KEY = 'gw-team-1';
const team = Object.assign(new KeySettings(), { name: 'team', sha256: hashKey(TEAM_KEY) });
const HERE = { host: 'localhost:8080' };
const refusal = expect.objectContaining({ kind: 'invalid_api_key', status: 401 }) as Error;

function guardWith(adminKey: string | undefined, keys: readonly KeySettings[] = []): AdminGuard {
  const environment = Object.assign(new EnvironmentSettings(), { GATEWAY_ADMIN_KEY: adminKey });
  const settings = new Settings(Object.assign(new FileSettings(), { keys }), environment, new Map(), []);
  return new AdminGuard(new KeyRing(settings), settings);
}

function enter(
  guard: AdminGuard,
  headers: Record<string, string | string[]>,
  remoteAddress: string | undefined = '127.0.0.1',
): boolean {
  const context: ExecutionContext = new ExecutionContextHost([{ headers, raw: { socket: { remoteAddress } } }]);
  return guard.canActivate(context);
}

describe('AdminGuard with an admin key', () => {
  const guard = guardWith(ADMIN_KEY, [team]);

  it.each([`Bearer ${ADMIN_KEY}`, `bearer   ${ADMIN_KEY}`])('lets %j in, from anywhere', (authorization) => {
    expect(enter(guard, { authorization, host: 'gateway.example' }, '203.0.113.7')).toBe(true);
  });

  it.each<[headers: Record<string, string | string[]>]>([
    [{}],
    [{ authorization: '' }],
    [{ authorization: 'Bearer ' }],
    [{ authorization: ADMIN_KEY }],
    [{ authorization: `Basic ${ADMIN_KEY}` }],
    [{ authorization: `Bearer ${ADMIN_KEY}x` }],
    [{ authorization: `Bearer ${ADMIN_KEY.slice(0, -1)}` }],
    [{ authorization: `Bearer ${hashKey(ADMIN_KEY)}` }],
    [{ authorization: `Bearer ${TEAM_KEY}` }],
    [{ 'x-api-key': ADMIN_KEY }],
  ])('turns %j away, from this machine too', (headers) => {
    expect(() => enter(guard, { ...HERE, ...headers })).toThrow(refusal);
    expect(() => enter(guardWith(ADMIN_KEY), { ...HERE, ...headers })).toThrow(refusal);
  });

  it('does not say the key that was wrong', () => {
    expect(() => enter(guard, { authorization: 'Bearer gw-mistyped' })).toThrow(/^The admin key is not valid\.$/);
  });
});

describe('AdminGuard without one', () => {
  it('lets callers on this machine in while the gateway is open', () => {
    expect(enter(guardWith(undefined), HERE)).toBe(true);
  });

  it.each<[what: string, guard: AdminGuard, headers: Record<string, string>, address?: string]>([
    ['everybody while the gateway has keys', guardWith(undefined, [team]), HERE],
    ['a caller’s key', guardWith(undefined, [team]), { ...HERE, authorization: `Bearer ${TEAM_KEY}` }],
    ['another machine', guardWith(undefined), HERE, '192.168.0.7'],
    ['a page that has a name of its own for this machine', guardWith(undefined), { host: 'evil.example' }],
  ])('turns %s away', (_, guard, headers, address) => {
    expect(() => enter(guard, headers, address)).toThrow(refusal);
  });
});
