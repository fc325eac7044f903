import type { ResolveHost } from '@ekphrasis/fetching';
import { clearBench, fetcherWith, PICTURE, serve, servePicture } from './fetcher-bench.js';

describe('fetching: addresses (real: HTTP servers on loopback addresses)', () => {
  afterEach(clearBench);

  it.each([
    ['loopback', '127.0.0.1', '127.255.255.254', '127.1', '127.0.1', '127.0.0.1.', '[::1]', '[0:0:0:0:0:0:0:1]'],
    [
      'loopback in other numbers',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '017700000001',
      '0x7F.0x0.0x0.0x1',
    ],
    ['loopback in other letters', '１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1'],
    ['unspecified', '0.0.0.0', '0', '0x0', '[::]'],
    ['private', '10.0.0.1', '167772161', '172.16.0.1', '172.31.255.255', '192.168.0.1', '0xc0a80001'],
    ['unique local', '[fc00::1]', '[fd12:3456::1]', '[fec0::1]'],
    ['link-local', '169.254.0.1', '[fe80::1]'],
    ['carrier-grade NAT', '100.64.0.1', '100.127.255.255'],
    ['metadata', '169.254.169.254', '2852039166', '0xa9fea9fe', '[fd00:ec2::254]', '100.100.100.200', '168.63.129.16'],
    [
      'IPv4 within IPv6',
      '[::ffff:7f00:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:a9fe:a9fe]',
      '[::127.0.0.1]',
      '[::ffff:0:7f00:1]',
    ],
    ['translated or tunnelled', '[64:ff9b::7f00:1]', '[64:ff9b:1::a00:1]', '[2002:7f00:1::]', '[2001:0:1::1]'],
    ['multicast and broadcast', '224.0.0.1', '255.255.255.255', '[ff02::1]'],
    ['reserved', '240.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.1', '[2001:db8::1]', '[100::1]'],
  ])('refuses literal hosts without connecting: %s', async (_, ...hosts) => {
    const server = await servePicture();
    const fetcher = fetcherWith({ FETCH_ALLOWED_NETWORKS: [] });
    for (const host of hosts) {
      for (const url of [server.url('/', host), `https://${host}/`, `${host}:${server.port}/cat.png`]) {
        await expect(fetcher.fetch(url)).rejects.toMatchObject({ code: 'address-forbidden', retryable: false });
      }
    }
    expect(server.connections).toBe(0);
  });

  it('refuses localhost by the system’s own resolver', async () => {
    const server = await servePicture();
    const fetching = fetcherWith({ FETCH_ALLOWED_NETWORKS: [] }).fetch(server.url('/', 'localhost'));
    await expect(fetching).rejects.toMatchObject({ code: 'address-forbidden' });
    expect(server.connections).toBe(0);
  });

  it('connects to the address that was judged, by its name', async () => {
    const server = await servePicture();
    const resolve = jest.fn<ReturnType<ResolveHost>, Parameters<ResolveHost>>(async () => [
      { address: '127.0.0.1', family: 4 },
    ]);
    expect(Buffer.from(await fetcherWith({}, resolve).fetch(server.url('/', 'cats.example')))).toEqual(PICTURE);
    expect(server.requests[0]?.headers['host']).toBe(`cats.example:${server.port}`);
    expect(resolve.mock.calls).toEqual([['cats.example', expect.any(AbortSignal)]]);
  });

  it('refuses a name when one of its addresses is forbidden', async () => {
    const server = await servePicture();
    const resolve: ResolveHost = async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    await expect(fetcherWith({}, resolve).fetch(server.url('/', 'cats.example'))).rejects.toMatchObject({
      code: 'address-forbidden',
    });
    expect(server.connections).toBe(0);
  });

  it('is not fooled by a name that has another address the second time', async () => {
    const allowed = await serve((_, response) =>
      response.writeHead(302, { location: '/again', connection: 'close' }).end(),
    );
    const forbidden = await servePicture('127.0.0.2', allowed.port);
    const answers = ['127.0.0.1', '127.0.0.2'];
    const resolve: ResolveHost = async () => [{ address: answers.shift()!, family: 4 }];
    await expect(fetcherWith({}, resolve).fetch(allowed.url('/', 'rebind.example'))).rejects.toMatchObject({
      code: 'address-forbidden',
    });
    expect([allowed.connections, forbidden.connections]).toEqual([1, 0]);
  });

  it('tells a name that does not exist from a resolver that is down', async () => {
    const failing =
      (code: string): ResolveHost =>
      () =>
        Promise.reject(Object.assign(new Error(code), { code }));
    await expect(fetcherWith({}, failing('ENOTFOUND')).fetch('https://no.example/')).rejects.toMatchObject({
      code: 'host-not-found',
      retryable: false,
    });
    await expect(fetcherWith({}, failing('EAI_AGAIN')).fetch('https://no.example/')).rejects.toMatchObject({
      code: 'dns-unavailable',
      retryable: true,
    });
    await expect(fetcherWith({}, async () => []).fetch('no.example/')).rejects.toMatchObject({
      code: 'host-not-found',
    });
  });

  it.each(['file:///etc/passwd', 'data:image/png;base64,AAAA', 'https://a:b@example.com/'])(
    'refuses %s',
    async (url) => {
      await expect(fetcherWith().fetch(url)).rejects.toMatchObject({ code: 'url-invalid', retryable: false });
    },
  );
});
