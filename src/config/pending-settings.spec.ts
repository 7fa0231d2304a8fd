import { describe, expect, it } from 'vitest';
import { pendingSettings } from './pending-settings.js';

describe('pendingSettings', () => {
  it.each<[what: string, plain: Record<string, unknown>, pending: string[]]>([
    ['nothing', {}, []],
    [
      'settings that take effect',
      { server: {}, limits: { requestsPerMinute: 5 }, resilience: { retry: { maxAttempts: 2 } } },
      [],
    ],
    ['one setting of a group', { limits: { tokensPerMinute: 5, requestsPerMinute: 5 } }, ['limits.tokensPerMinute']],
    ['a whole group', { resilience: { breaker: {} }, cache: { enabled: false } }, ['cache']],
    ['values in place of groups', { limits: 5, models: [] }, []],
  ])('of %s', (_, plain, pending) => {
    expect(pendingSettings(plain, {})).toEqual(pending);
  });

  it('names variables of the environment, never their values', () => {
    expect(pendingSettings({}, { REDIS_URL: 'redis://:secret@host', DATABASE_URL: '' })).toEqual(['REDIS_URL']);
  });
});
