import { AddressPolicy, isNetwork } from './address-policy.js';

describe('AddressPolicy', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('allows %s, on the public internet', (address) => expect(new AddressPolicy().allows(address)).toBe(true));

  it.each([
    ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1', 'fec0::1'],
    ['link-local', '169.254.1.1', 'fe80::1', 'fe80::1%eth0'],
    ['metadata', '169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
    ['carrier-grade NAT', '100.64.0.1', '100.127.255.255'],
    ['multicast, broadcast', '224.0.0.1', '255.255.255.255', 'ff02::1'],
    ['reserved', '240.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.1', '2001:db8::1', '3fff::1', '100::1', '4000::1'],
    [
      'IPv4 within IPv6',
      '::ffff:7f00:1',
      '::ffff:10.0.0.1',
      '::7f00:1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::808:808',
      '2002:7f00:1::',
      '2001:0:1::1',
    ],
    ['no address', '', 'localhost', 'example.com', '127.0.0.1.example.com', '999.1.1.1'],
  ])('forbids: %s', (_, ...addresses) => {
    expect(addresses.filter((address) => new AddressPolicy().allows(address))).toEqual([]);
  });

  it('allows what is allowed explicitly, in either form, and nothing beside it', () => {
    const policy = new AddressPolicy(['10.1.0.0/16', '::1', '127.0.0.1']);
    expect(['10.1.2.3', '::ffff:10.1.2.3', '::1', '127.0.0.1'].every((address) => policy.allows(address))).toBe(true);
    expect(['10.2.0.1', '127.0.0.2', 'fe80::1', '0.0.0.0'].some((address) => policy.allows(address))).toBe(false);
  });

  it('knows networks from other texts', () => {
    expect(['10.0.0.0/8', '::1/128', '127.0.0.1', 'fd00::/8'].every(isNetwork)).toBe(true);
    expect(['10.0.0.0/33', '10/8', 'localhost', '', '10', '::1/129'].some(isNetwork)).toBe(false);
    expect(() => new AddressPolicy(['everything'])).toThrow('"everything"');
  });
});
