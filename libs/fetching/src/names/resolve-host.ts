import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { AddressPolicy } from '../http/address-policy.js';
import { FetchError } from '../fetching.errors.js';

/**
 * Finds all addresses of a name; rejects with an error whose `code` is one of `getaddrinfo` or of `node:dns`.
 * @param signal aborted when nobody wants to know any more
 */
export type ResolveHost = (hostname: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

/**
 * The addresses of a name, all of which may be connected to: one forbidden address condemns the name.
 * @throws FetchError `host-not-found`, `address-forbidden`, `dns-unavailable`
 */
export async function resolveAllowed(
  hostname: string,
  policy: AddressPolicy,
  resolve: (hostname: string) => Promise<readonly LookupAddress[]>,
): Promise<readonly LookupAddress[]> {
  const addresses = await resolve(hostname).catch((error: unknown) => {
    throw lookupError(hostname, error);
  });
  if (addresses.length === 0) throw lookupError(hostname, { code: 'ENODATA' });
  if (!addresses.every(({ address }) => policy.allows(address))) throw forbiddenAddress(hostname);
  return addresses;
}

/** The look-up of a socket that is given addresses which were judged before; it knows of no others. */
export function lookUpIn(known: ReadonlyMap<string, readonly LookupAddress[]>): LookupFunction {
  return (hostname, options, callback) => {
    const addresses = known.get(hostname);
    const first = addresses?.[0];
    if (!addresses || !first) return callback(lookupError(hostname, { code: 'EAI_AGAIN' }), '', 0);
    if (options.all) return callback(null, [...addresses]);
    return callback(null, first.address, first.family);
  };
}

/** Says no without saying which address a name has: that is nobody's business outside our network. */
export function forbiddenAddress(hostname: string): FetchError {
  return new FetchError('address-forbidden', `${hostname} is not on the public internet`);
}

function lookupError(hostname: string, error: unknown): Error {
  if (error instanceof FetchError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOTFOUND' || code === 'ENODATA'
    ? new FetchError('host-not-found', `There is no host named ${hostname}`, error)
    : new FetchError('dns-unavailable', `The host name ${hostname} could not be looked up`, error);
}
