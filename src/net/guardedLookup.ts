import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { denied } from '../kernel/connectFailures.js';
import type { AddressPolicy } from '../kernel/networks.js';

/** How names are resolved; `dns.lookup` unless a test says otherwise. */
export type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup that answers only with addresses that the policy allows. The socket connects to exactly these, so that a
 * name can't resolve to one address when it is checked and to another when it is connected to.
 */
export function guardedLookup(policy: AddressPolicy, resolve: Resolve = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => policy.allows(address));
      const [first] = allowed;
      if (!first) return callback(denied(JSON.stringify(hostname)), []);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
