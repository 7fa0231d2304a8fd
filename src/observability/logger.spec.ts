import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { redaction } from './logger.js';

const KEY = 'sk-proj-aBcDeFgHiJkLmNoPqRsT';

/** What one call writes. */
function logged(call: (logger: pino.Logger) => void): string {
  const lines: string[] = [];
  call(pino({ ...redaction, level: 'trace' }, { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

describe('a log line', () => {
  it.each<[where: string, call: (logger: pino.Logger) => void]>([
    ['its message', (logger) => logger.info(`refused ${KEY}`)],
    ['its message beside fields', (logger) => logger.info({ a: 1 }, `refused ${KEY}`)],
    ['a value put into its message', (logger) => logger.info('refused %s', KEY)],
    ['an error', (logger) => logger.error(new Error(`refused ${KEY}`))],
    ['the message of err', (logger) => logger.error({ err: new Error(`refused ${KEY}`) }, 'no')],
    ['the cause of err', (logger) => logger.error({ err: new Error('no', { cause: new Error(KEY) }) }, 'no')],
    [
      'what a client hung on err',
      (logger) => logger.error({ err: Object.assign(new Error('no'), { config: { headers: { a: KEY } } }) }, 'no'),
    ],
    ['authorization', (logger) => logger.info({ authorization: KEY }, 'call')],
    ['headers', (logger) => logger.info({ headers: { authorization: KEY, 'x-api-key': KEY, cookie: KEY } }, 'call')],
    [
      'headers of a request',
      (logger) => logger.info({ req: { headers: { 'api-key': KEY, 'x-goog-api-key': KEY } } }, 'call'),
    ],
    ['headers in capitals', (logger) => logger.info({ headers: { Authorization: KEY } }, 'call')],
    ['settings', (logger) => logger.info({ settings: { providers: { openai: { apiKey: KEY } } } }, 'start')],
    ['a field that holds a text', (logger) => logger.info({ url: `https://example.org/?key=${KEY}` }, 'call')],
    ['a field deep down', (logger) => logger.info({ a: { b: { c: { d: { authorization: KEY } } } } }, 'call')],
    ['a list', (logger) => logger.info({ headers: [['authorization', KEY]] }, 'call')],
    [
      'an error under another name',
      (logger) =>
        logger.error({ error: Object.assign(new Error('no'), { config: { headers: { authorization: KEY } } }) }, 'no'),
    ],
    ['the bindings of a child', (logger) => logger.child({ caller: KEY }).info('call')],
  ])('shows no key that was in %s', (_, call) => {
    const line = logged(call);
    expect(JSON.parse(line)).toHaveProperty('level');
    expect(line).not.toContain(KEY);
  });

  it('shows everything else', () => {
    expect(JSON.parse(logged((logger) => logger.info({ provider: 'openai', attempts: 2 }, 'done')))).toMatchObject({
      provider: 'openai',
      attempts: 2,
      msg: 'done',
    });
  });
});
