import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { createGuardedLookup, forbiddenAddress, type ResolveHost } from './resolve-host.js';

export interface GuardedConnectorOptions {
  policy: AddressPolicy;
  resolve: ResolveHost;
  /** Longest time to look up a name, connect and agree on TLS, in milliseconds. */
  timeoutMs: number;
  /** Whose certificates are believed, in PEM. Default: those that Node.js believes. */
  certificateAuthority?: string | undefined;
}

/**
 * Opens connections to allowed addresses only. A literal address is judged before it is connected to (sockets do not look
 * those up), a name's addresses when they are looked up, and the address that answers once more before a byte is sent.
 */
export function createGuardedConnector({
  policy,
  resolve,
  timeoutMs,
  certificateAuthority,
}: GuardedConnectorOptions): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup: createGuardedLookup(policy, resolve),
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  });
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !policy.allows(literal)) return callback(forbiddenAddress(literal), null);
    return connect(options, (error, socket) => {
      if (error) return callback(error, null);
      if (policy.allows(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      return callback(forbiddenAddress(options.hostname), null);
    });
  };
}
