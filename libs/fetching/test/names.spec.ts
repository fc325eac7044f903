import { networkInterfaces } from 'node:os';
import { clearBench, fetcherWith, PICTURE, serve } from './fetcher-bench.js';
import { NameServer, type NameAnswer } from './name-server.js';
import type { PictureServer } from './picture-server.js';

/** Stands for the public internet: the one address that the fetcher may reach. */
const open = '127.0.0.1';
/** Stands for a private network. */
const closed = '127.0.0.2';

describe('fetching: names (real: a DNS server over UDP, HTTP servers on loopback addresses)', () => {
  let names: NameServer;
  let allowed: PictureServer;
  let forbidden: PictureServer;

  beforeEach(async () => {
    names = await NameServer.start();
    // each picture over a connection of its own, so that each time the name is looked up
    const answer: Parameters<typeof serve>[0] = (_, response) => response.setHeader('connection', 'close').end(PICTURE);
    allowed = await serve(answer, open);
    forbidden = await serve(answer, closed, allowed.port);
  });
  afterEach(async () => {
    await clearBench();
    await names.stop();
  });

  const fetcher = () => fetcherWith({}, names.resolver());
  const refused = { code: 'address-forbidden', retryable: false };

  it('connects to the address that was looked up and judged, and looks up no second time', async () => {
    names.answer('cats.example', [open], [closed]);
    expect(Buffer.from(await fetcher().fetch(allowed.url('/', 'cats.example')))).toEqual(PICTURE);
    expect([...names.questions].sort()).toEqual(['A cats.example', 'AAAA cats.example']);
    expect([allowed.connections, forbidden.connections]).toEqual([1, 0]);
    expect(allowed.requests[0]?.headers['host']).toBe(`cats.example:${allowed.port}`);
  });

  it('is not fooled by a name that is public first and private then', async () => {
    names.answer('rebind.example', [open], [closed]);
    const rebound = fetcher();
    const url = allowed.url('/', 'rebind.example');
    expect(Buffer.from(await rebound.fetch(url))).toEqual(PICTURE);
    await expect(rebound.fetch(url)).rejects.toMatchObject(refused);
    expect([allowed.connections, forbidden.connections]).toEqual([1, 0]);
  });

  it('holds nothing against a name that was private first and is public then', async () => {
    names.answer('rebind.example', [closed], [open]);
    const rebound = fetcher();
    const url = allowed.url('/', 'rebind.example');
    await expect(rebound.fetch(url)).rejects.toMatchObject(refused);
    expect(Buffer.from(await rebound.fetch(url))).toEqual(PICTURE);
    expect([allowed.connections, forbidden.connections]).toEqual([1, 0]);
  });

  it('judges again where it falls back from https to http', async () => {
    names.answer('rebind.example', [open], [closed]);
    await expect(fetcher().fetch(`rebind.example:${allowed.port}/cat.png`)).rejects.toMatchObject(refused);
    expect(forbidden.connections).toBe(0);
  });

  it('judges again after a redirect to the same name', async () => {
    names.answer('rebind.example', [open], [closed]);
    const moving = await serve((_, response) =>
      response.writeHead(302, { location: `http://rebind.example:${forbidden.port}/`, connection: 'close' }).end(),
    );
    await expect(fetcher().fetch(moving.url('/', 'rebind.example'))).rejects.toMatchObject(refused);
    expect(forbidden.connections).toBe(0);
  });

  it.each<[string, NameAnswer]>([
    ['public and private', [open, closed]],
    ['private and public', [closed, open]],
    ['public over IPv4, loopback over IPv6', [open, '::1']],
    ['IPv6 that carries a private IPv4 address', [open, '::ffff:127.0.0.2']],
    ['an address that NAT64 would translate', ['64:ff9b::7f00:2']],
    ['6to4 of a private address', ['2002:7f00:2::1']],
    ['link-local', ['fe80::1']],
    ['unique local', ['fd12:3456::1']],
    ['a cloud’s metadata', ['169.254.169.254']],
    ['a cloud’s metadata over IPv6', ['fd00:ec2::254']],
    ['carrier-grade NAT', ['100.64.0.1']],
    ['unspecified', ['0.0.0.0']],
    ['unspecified over IPv6', ['::']],
    ['twenty public ones and one that is not', [...Array.from({ length: 20 }, () => open), '10.0.0.1']],
  ])('refuses a name one of whose addresses is forbidden: %s', async (_, answer) => {
    names.answer('mixed.example', answer);
    await expect(fetcher().fetch(allowed.url('/', 'mixed.example'))).rejects.toMatchObject(refused);
    expect([allowed.connections, forbidden.connections]).toEqual([0, 0]);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

  it('reaches a name over the other family where nobody answers over one, both being allowed', async () => {
    const both = fetcherWith({ FETCH_ALLOWED_NETWORKS: [open, '127.0.0.3', '::1'] }, names.resolver());
    names.answer('four.example', ['::1', open]);
    expect(Buffer.from(await both.fetch(allowed.url('/', 'four.example')))).toEqual(PICTURE);
    if (!hasIpv6) return;
    const overIpv6 = await serve((_, response) => response.end(PICTURE), '::1');
    names.answer('six.example', ['127.0.0.3', '::1']);
    expect(Buffer.from(await both.fetch(overIpv6.url('/', 'six.example')))).toEqual(PICTURE);
  });

  it.each<[NameAnswer, string, boolean]>([
    ['no-such-name', 'host-not-found', false],
    [[], 'host-not-found', false],
    ['server-failure', 'dns-unavailable', true],
    ['refused', 'dns-unavailable', true],
    ['torn', 'dns-unavailable', true],
    ['silence', 'dns-unavailable', true],
  ])('calls the answer %j %s', async (answer, code, retryable) => {
    names.answer('no.example', answer);
    await expect(fetcher().fetch(allowed.url('/', 'no.example'))).rejects.toMatchObject({ code, retryable });
  });

  it('says nothing of the address that a forbidden name has', async () => {
    names.answer('inside.example', ['10.11.12.13']);
    const error = (await fetcher()
      .fetch('http://inside.example/')
      .catch((reason: unknown) => reason)) as Error;
    expect(error.message).toBe('inside.example is not on the public internet');
  });
});
