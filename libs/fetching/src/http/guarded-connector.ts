import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import type { NameLookups } from '../names/name-lookups.js';
import { forbiddenAddress, lookUpIn, resolveAllowed } from '../names/resolve-host.js';

export interface GuardedConnectorOptions {
  policy: AddressPolicy;
  names: NameLookups;
  /** Longest time to connect and agree on TLS, in milliseconds; looking the name up has a limit of its own. */
  timeoutMs: number;
  /** Whose certificates are believed, in PEM. Default: those that Node.js believes. */
  certificateAuthority?: string | undefined;
}

/**
 * Opens connections to allowed addresses only. A literal address is judged before it is connected to (sockets do not look
 * those up), a name's addresses when they are looked up, and the address that answers once more before a byte is sent.
 * The addresses that were judged are the ones that are connected to, so a name that answers differently the next time gains
 * nothing.
 */
export function createGuardedConnector({
  policy,
  names,
  timeoutMs,
  certificateAuthority,
}: GuardedConnectorOptions): buildConnector.connector {
  const judged = new Map<string, readonly LookupAddress[]>();
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup: lookUpIn(judged),
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  });
  const connectTo = (addresses: readonly LookupAddress[] | undefined, ...call: Parameters<typeof connect>): void => {
    const [options, callback] = call;
    if (addresses) judged.set(options.hostname, addresses);
    // a socket looks its name up before `connect` returns
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      if (policy.allows(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      return callback(forbiddenAddress(options.hostname), null);
    });
    judged.delete(options.hostname);
  };
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) === 0) {
      resolveAllowed(options.hostname, policy, (hostname) => names.lookUp(hostname)).then(
        (addresses) => connectTo(addresses, options, callback),
        (error: Error) => callback(error, null),
      );
      return;
    }
    if (!policy.allows(literal)) return callback(forbiddenAddress(literal), null);
    connectTo(undefined, options, callback);
  };
}
