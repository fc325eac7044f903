import type { ResolveHost } from '@ekphrasis/fetching';
import { clearBench, fetcherWith, PICTURE, serve, servePicture } from './fetcher-bench.js';

describe('fetching: addresses (real: HTTP servers on loopback addresses)', () => {
  afterEach(clearBench);

  it.each([
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '127.1',
    '0',
    '[::1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '169.254.169.254',
    '127.0.0.1.',
  ])('refuses the literal host %s without connecting', async (host) => {
    const server = await servePicture();
    const fetching = fetcherWith({ FETCH_ALLOWED_NETWORKS: [] }).fetch(server.url('/', host));
    await expect(fetching).rejects.toMatchObject({ code: 'address-forbidden', retryable: false });
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
    const resolve = jest.fn(async () => [{ address: '127.0.0.1', family: 4 }]);
    expect(Buffer.from(await fetcherWith({}, resolve).fetch(server.url('/', 'cats.example')))).toEqual(PICTURE);
    expect(server.requests[0]?.headers['host']).toBe(`cats.example:${server.port}`);
    expect(resolve.mock.calls).toEqual([['cats.example']]);
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
