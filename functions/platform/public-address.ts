/** What may be called from here: the public internet, judged on the very look-up that a connection is made from. */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A name or a number leads to no public address. */
export class PrivateAddress extends Error {
  constructor() {
    super('its address is private');
    this.name = 'PrivateAddress';
  }
}

/** Resolves as usual, and refuses a name of which any address is private. */
export const publicLookup: LookupFunction = (host, options, callback) =>
  resolve(host, { ...options, all: true }, (error, addresses) => {
    const refusal = error ?? (isAllPublic(addresses) ? null : new PrivateAddress());
    if (refusal || options.all) return callback(refusal, addresses);
    const { address = '', family } = addresses[0] ?? {};
    callback(null, address, family);
  });

/** A name is as public as the least of its addresses: which of them is called is not ours to say. */
export const isAllPublic = (addresses: readonly LookupAddress[]): boolean =>
  addresses.every(({ address }) => !isPrivate(address));

/** All of IPv6 that is the public internet: what is not of it is kept for other uses, now or later. */
const internet = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is none of the public internet; what is no address is none either. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 0) return true;
  // An IPv4 address in IPv6 clothes is judged as what it is.
  const read = ipaddr.process(address);
  return read.range() !== 'unicast' || (read instanceof ipaddr.IPv6 && !read.match(internet));
}
