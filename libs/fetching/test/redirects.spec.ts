import type { ResolveHost } from '@ekphrasis/fetching';
import { clearBench, fetcherWith, PICTURE, redirectTo, serve, servePicture } from './fetcher-bench.js';

describe('fetching: redirects (real: HTTP servers on loopback addresses)', () => {
  afterEach(clearBench);

  it('follows five, relative ones too', async () => {
    const server = await serve((request, response) => {
      const step = Number(request.url!.slice(1));
      if (step === 5) return response.end(PICTURE);
      return response.writeHead([301, 302, 303, 307, 308][step]!, { location: `./${step + 1}` }).end('moved');
    });
    expect(Buffer.from(await fetcherWith().fetch(server.url('/0')))).toEqual(PICTURE);
  });

  it('ends a loop after five', async () => {
    const server = await redirectTo(() => '/');
    await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
      code: 'too-many-redirects',
      retryable: false,
    });
    expect(server.requests.length).toBe(6);
  });

  it.each(['127.0.0.2', '2130706434', '[::ffff:127.0.0.2]', 'inside.example'])(
    'refuses one to the forbidden %s',
    async (host) => {
      const forbidden = await servePicture('127.0.0.2');
      const server = await redirectTo(() => forbidden.url('/', host));
      const resolve: ResolveHost = async () => [{ address: '127.0.0.2', family: 4 }];
      await expect(fetcherWith({}, resolve).fetch(server.url('/'))).rejects.toMatchObject({
        code: 'address-forbidden',
      });
      expect([server.connections, forbidden.connections]).toEqual([1, 0]);
    },
  );

  it.each([
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'ftp://127.0.0.1/',
    'http://user:x@127.0.0.1/',
    'http://[/',
  ])('refuses one to %s', async (location) => {
    const server = await redirectTo(() => location);
    await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
      code: 'url-invalid',
      retryable: false,
    });
  });

  it('takes one that leads nowhere for an error', async () => {
    const server = await serve((_, response) => response.writeHead(302).end());
    await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
      code: 'http-client-error',
      retryable: false,
    });
  });
});
