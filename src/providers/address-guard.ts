import { lookup } from 'node:dns';
import { type LookupFunction, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Node's error code for an address that the settings do not allow. */
export const FORBIDDEN_ADDRESS = 'ERR_FORBIDDEN_ADDRESS';

/** A public address at which every machine in Azure finds its host's own service. */
const AZURE_HOST_SERVICE = '168.63.129.16';

/**
 * Whether an address is one of the public internet's. Loopback, private, link-local, carrier-grade NAT, multicast and
 * the ranges that embed IPv4 (6to4, NAT64, Teredo) are not.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && parsed.toString() !== AZURE_HOST_SERVICE;
}

/** Whether a URL's host is, without asking DNS, known not to be public. */
export function isPrivateHost(host: string): boolean {
  const name = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (isIP(name) !== 0) return !isPublicAddress(name);
  return name === 'localhost' || name.endsWith('.localhost');
}

/**
 * Resolves names for a socket and hands on public addresses only, so that what was checked is what is connected to.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (!first) {
      const refusal = new Error(`${hostname} resolves to no public address`);
      return callback(Object.assign(refusal, { code: FORBIDDEN_ADDRESS }), '');
    }
    if (options.all) return callback(null, allowed);
    callback(null, first.address, first.family);
  });
};
