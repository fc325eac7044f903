import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { createGuardedLookup, forbiddenAddress, type ResolveHost } from './resolve-host.js';

/**
 * Opens connections to allowed addresses only. A literal address is judged before it is connected to (sockets do not look
 * those up), a name's addresses when they are looked up, and the address that answers once more before a byte is sent.
 */
export function createGuardedConnector(
  policy: AddressPolicy,
  resolve: ResolveHost,
  timeoutMs: number,
): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, lookup: createGuardedLookup(policy, resolve) });
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
