import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

const globalIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
// Azure answers its machines' metadata here, on an address that is public by its number.
const azureMetadata = ipaddr.IPv4.parse('168.63.129.16');

/**
 * Decides which addresses may be connected to: those on the public internet (global unicast by the IANA registries that
 * ipaddr.js follows), and those in the networks that were allowed explicitly. An IPv6 address that carries an IPv4 address
 * (mapped, NAT64, 6to4) is judged by what it carries.
 */
export class AddressPolicy {
  private readonly allowed: readonly Network[];

  /** @param allowedNetworks CIDR blocks or single addresses */
  constructor(allowedNetworks: readonly string[] = []) {
    this.allowed = allowedNetworks.map((network) => {
      const parsed = parseNetwork(network);
      if (!parsed) throw new TypeError(`Expected a network such as 10.0.0.0/8 but received ${JSON.stringify(network)}`);
      return parsed;
    });
  }

  /** Whether a literal address, without brackets, may be connected to; false for what is no address. */
  allows(text: string): boolean {
    const literal = text.split('%')[0]!;
    if (!ipaddr.isValid(literal)) return false;
    const address = carriedAddress(ipaddr.parse(literal));
    return this.isAllowedExplicitly(address) || isPublic(address);
  }

  private isAllowedExplicitly(address: Address): boolean {
    return this.allowed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  }
}

/** Whether a text is a CIDR block or a single address. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

function parseNetwork(text: string): Network | undefined {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6 ? address.match(globalIpv6) : address.toString() !== azureMetadata.toString();
}

function carriedAddress(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(nat64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  if (address.range() === '6to4') return new ipaddr.IPv4(address.toByteArray().slice(2, 6));
  return address;
}
