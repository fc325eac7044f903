import { networkInterfaces } from 'node:os';

/** Of 2000::/3, which is what public IPv6 addresses are taken from. */
const publicAddress = /^[23][0-9a-f]{3}:/;

/**
 * Whether this machine has a public IPv6 address. Where it has, a public IPv6 address of a name is preferred to an IPv4 one, and
 * otherwise IPv4 is, as `getaddrinfo` does (RFC 6724, section 6, rules 1, 5 and 6).
 */
export function hasPublicIpv6(interfaces = networkInterfaces()): boolean {
  return Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .some(({ family, internal, address }) => family === 'IPv6' && !internal && publicAddress.test(address));
}
