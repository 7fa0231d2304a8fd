import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings, KeySettings } from '../config/settings.js';
import { Exchange } from '../exchange/exchange.js';
import { KeyGuard } from './key.guard.js';
import { KeyRing, hashKey } from './key-ring.js';

const KEY = 'gw-team-1';
const keys = [Object.assign(new KeySettings(), { name: 'team', sha256: hashKey(KEY) })];

function guardWith(given: readonly KeySettings[]): KeyGuard {
  const file = Object.assign(new FileSettings(), { keys: given });
  return new KeyGuard(new KeyRing(new Settings(file, new EnvironmentSettings(), new Map(), [])));
}

/** Lets a request with these headers through the guard. */
function enter(guard: KeyGuard, headers: Record<string, string | string[]>): Exchange {
  const exchange = new Exchange({ endpoint: '/v1/models' });
  const context: ExecutionContext = new ExecutionContextHost([{ headers, exchange }]);
  expect(guard.canActivate(context)).toBe(true);
  return exchange;
}

describe('KeyGuard', () => {
  const guard = guardWith(keys);

  it.each<[headers: Record<string, string | string[]>]>([
    [{ authorization: `Bearer ${KEY}` }],
    [{ authorization: `bearer   ${KEY}` }],
    [{ 'x-api-key': KEY }],
    [{ 'api-key': KEY }],
    [{ 'x-goog-api-key': KEY }],
    [{ 'x-api-key': '', 'api-key': KEY }],
    [{ authorization: 'Basic abc', 'x-api-key': KEY }],
  ])('knows the caller by %j', (headers) => {
    expect(enter(guard, headers)).toMatchObject({ key: 'team', callerId: `key:${hashKey(KEY)}` });
  });

  it.each<[headers: Record<string, string | string[]>]>([
    [{}],
    [{ authorization: '' }],
    [{ authorization: 'Bearer' }],
    [{ authorization: 'Bearer ' }],
    [{ authorization: KEY }],
    [{ authorization: `Basic ${KEY}` }],
    [{ authorization: `Bearer ${KEY} x` }],
    [{ authorization: `Bearer ${KEY}x` }],
    [{ authorization: `Bearer ${hashKey(KEY)}` }],
    [{ authorization: 'Bearer constructor' }],
    [{ authorization: 'Bearer wrong', 'x-api-key': KEY }],
    [{ 'x-api-key': 'wrong' }],
    [{ 'x-api-key': ['wrong', KEY] }],
  ])('turns %j away', (headers) => {
    expect(() => enter(guard, headers)).toThrow(expect.objectContaining({ kind: 'invalid_api_key', status: 401 }));
  });

  it('tells callers of an open gateway apart by what they send, and asks for nothing', () => {
    const open = guardWith([]);
    expect(enter(open, {})).toMatchObject({ key: undefined, callerId: undefined });
    expect(enter(open, { authorization: 'Bearer any' })).toMatchObject({
      key: undefined,
      callerId: `key:${hashKey('any')}`,
    });
  });

  it('reads a header without end in one pass', { timeout: 1_000 }, () => {
    const authorization = `Bearer${' '.repeat(1_000_000)}`;
    expect(() => enter(guard, { authorization })).toThrow('needs a key');
  });
});
