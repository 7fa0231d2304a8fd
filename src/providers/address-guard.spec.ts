import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FORBIDDEN_ADDRESS, isPrivateHost, isPublicAddress, lookupPublic } from './address-guard.js';

const NOT_PUBLIC = [
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['loopback beyond the first', '127.255.0.9'],
  ['private, class A', '10.1.2.3'],
  ['private, class B', '172.31.255.255'],
  ['private, class C', '192.168.0.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['the metadata service of Alibaba', '100.100.100.200'],
  ['link-local', '169.254.0.1'],
  ['the metadata service of AWS, Google and Azure', '169.254.169.254'],
  ['protocol assignments', '192.0.0.1'],
  ['the metadata service of Oracle', '192.0.0.192'],
  ['documentation', '203.0.113.7'],
  ['benchmarks', '198.19.0.1'],
  ['relays of 6to4', '192.88.99.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['IPv6: this host', '::'],
  ['IPv6: loopback', '::1'],
  ['IPv6: unique local', 'fd12::1'],
  ['IPv6: the metadata service of AWS', 'fd00:ec2::254'],
  ['IPv6: link-local', 'fe80::1'],
  ['IPv6: site-local', 'fec0::1'],
  ['IPv6: multicast', 'ff02::1'],
  ['IPv6: documentation', '2001:db8::1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
  ['IPv4-mapped private, in hex', '::ffff:a00:1'],
  ['IPv4-compatible loopback', '::127.0.0.1'],
  ['IPv4-translated loopback', '::ffff:0:127.0.0.1'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['6to4 of a public address', '2002:808:808::'],
  ['NAT64 of loopback', '64:ff9b::7f00:1'],
  ['NAT64 of a public address', '64:ff9b::808:808'],
  ['NAT64 of a local prefix', '64:ff9b:1::7f00:1'],
  ['Teredo', '2001::1'],
] as const;

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    'lets %s through',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each(NOT_PUBLIC)('does not let %s through: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('does not let the service through that Azure gives every machine at a public address', () => {
    expect(isPublicAddress('168.63.129.16')).toBe(false);
  });
});

describe('isPrivateHost', () => {
  /** As the transport asks: with the host of a parsed URL. */
  const ask = (host: string): boolean => isPrivateHost(new URL(`http://${host}/v1`).hostname);

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'api.localhost',
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '0x7f.1',
    '0177.0.0.1',
    '2130706433',
    '0',
    '１２７.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '169.254.169.254',
    'user:password@127.0.0.1',
  ])('knows without DNS that %s is private', (host) => {
    expect(ask(host)).toBe(true);
  });

  it.each(['api.openai.com', 'localhost.example.org', 'notlocalhost', '8.8.8.8', '[2606:4700:4700::1111]'])(
    'does not know it of %s',
    (host) => {
      expect(ask(host)).toBe(false);
    },
  );
});

describe('lookupPublic', () => {
  it.each([true, false])('refuses a name that resolves to this machine, all addresses asked for: %s', async (all) => {
    const lookup = promisify(lookupPublic as (host: string, options: object, done: (error: Error) => void) => void);
    await expect(lookup('localhost', { all })).rejects.toMatchObject({ code: FORBIDDEN_ADDRESS });
  });
});
