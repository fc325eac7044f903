import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { AddressPolicy } from './address-policy.js';
import { FetchError } from './fetching.errors.js';

/** Finds all addresses of a name; rejects with an error whose `code` is that of `getaddrinfo`. */
export type ResolveHost = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The system's own resolver, which also knows the hosts file and a container network's names. */
export const resolveWithSystem: ResolveHost = (hostname) => lookup(hostname, { all: true, order: 'verbatim' });

/**
 * The look-up that sockets use: the addresses that were judged are the ones that are connected to, so a name that answers
 * differently the next time gains nothing. One forbidden address condemns the name.
 */
export function createGuardedLookup(policy: AddressPolicy, resolve: ResolveHost): LookupFunction {
  return (hostname, options, callback) => {
    resolveAllowed(hostname, policy, resolve).then(
      (addresses) => {
        if (options.all) return callback(null, [...addresses]);
        const first = addresses[0]!;
        return callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 0),
    );
  };
}

async function resolveAllowed(hostname: string, policy: AddressPolicy, resolve: ResolveHost) {
  const addresses = await resolve(hostname).catch((error: unknown) => {
    throw lookupError(hostname, error);
  });
  if (addresses.length === 0) throw lookupError(hostname, { code: 'ENODATA' });
  if (!addresses.every(({ address }) => policy.allows(address))) throw forbiddenAddress(hostname);
  return addresses;
}

/** Says no without saying which address a name has: that is nobody's business outside our network. */
export function forbiddenAddress(hostname: string): FetchError {
  return new FetchError('address-forbidden', `${hostname} is not on the public internet`);
}

function lookupError(hostname: string, error: unknown): FetchError {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOTFOUND' || code === 'ENODATA'
    ? new FetchError('host-not-found', `There is no host named ${hostname}`, error)
    : new FetchError('dns-unavailable', `The host name ${hostname} could not be looked up`, error);
}
