import type { NetworkInterfaceInfo } from 'node:os';
import { hasPublicIpv6 } from './address-order.js';

const interfaceWith = (address: string, internal = false) =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo;

it.each([
  ['a public IPv6 address', [interfaceWith('10.0.0.7'), interfaceWith('2001:db8::7')], true],
  ['IPv4 alone', [interfaceWith('203.0.113.7')], false],
  ['a link-local IPv6 address', [interfaceWith('10.0.0.7'), interfaceWith('fe80::7')], false],
  ['a private IPv6 address', [interfaceWith('fd00::7')], false],
  ['an internal one', [interfaceWith('2001:db8::7', true)], false],
])('a machine with %s', (_, addresses, isPublic) => expect(hasPublicIpv6({ eth0: addresses })).toBe(isPublic));
