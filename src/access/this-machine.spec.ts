import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { isFromThisMachine } from './this-machine.js';

function isOurs(headers: Record<string, string>, remoteAddress: string | undefined = '127.0.0.1'): boolean {
  const request = { headers: { host: 'localhost:8080', ...headers }, raw: { socket: { remoteAddress } } };
  return isFromThisMachine(request as unknown as FastifyRequest);
}

describe('isFromThisMachine', () => {
  it.each(['127.0.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1'])('knows this machine by %s', (address) => {
    expect(isOurs({}, address)).toBe(true);
  });

  it.each(['192.168.0.7', '10.0.0.1', '::ffff:192.168.0.7', '203.0.113.7', 'fe80::1', '0.0.0.0', '', 'localhost'])(
    'takes %j for another one',
    (address) => {
      expect(isOurs({}, address)).toBe(false);
    },
  );

  it('takes a socket that is gone for another one', () => {
    const request = { headers: { host: 'localhost' }, raw: { socket: {} } };
    expect(isFromThisMachine(request as unknown as FastifyRequest)).toBe(false);
  });

  it.each(['localhost', 'LocalHost:8080', '127.0.0.1:1', '[::1]', '[::1]:8080'])('goes by the name %s', (host) => {
    expect(isOurs({ host })).toBe(true);
  });

  it.each([
    '',
    'gateway.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8080',
    'evil.example:8080',
    'localhost:8080@evil.example',
    'localhost:',
    '::1',
    '0.0.0.0:8080',
  ])('does not go by the name %j, which a foreign page may have for it', (host) => {
    expect(isOurs({ host })).toBe(false);
  });

  it.each<[headers: Record<string, string>]>([
    [{ origin: 'http://localhost:8080' }],
    [{ origin: 'https://127.0.0.1' }],
    [{ origin: 'http://[::1]:3000' }],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('takes a page of this machine for its own: %j', (headers) => {
    expect(isOurs(headers)).toBe(true);
  });

  it.each<[headers: Record<string, string>]>([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://localhost.evil.example' }],
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'Cross-Site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8080' }],
  ])('takes a foreign page’s request for foreign: %j', (headers) => {
    expect(isOurs(headers)).toBe(false);
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])(
    'takes what a proxy hands on for foreign: %s',
    (name) => {
      expect(isOurs({ [name]: '127.0.0.1' })).toBe(false);
    },
  );
});
