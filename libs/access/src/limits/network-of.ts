const ipv4InIpv6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const groupsOfAddress = 8;
const groupsOfNetwork = 4;

/** Whom an address stands for: itself, and of IPv6 its network of 64 bits, all of whose addresses one caller has. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const ipv4 = ipv4InIpv6.exec(address)?.[1];
  if (ipv4) return ipv4;
  const [head, tail] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Math.max(0, groupsOfAddress - (head?.length ?? 0) - (tail?.length ?? 0));
  const groups = [...(head ?? []), ...new Array<string>(zeros).fill('0'), ...(tail ?? [])];
  return `${groups.slice(0, groupsOfNetwork).join(':')}::/64`;
}
