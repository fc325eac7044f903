import { once } from 'node:events';
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

  describe.each([301, 302, 303, 307, 308])('with %i', (status) => {
    const forbidden = [
      'http://127.0.0.2/',
      'http://2130706434/',
      'http://0x7f.0.0.2/',
      'http://[::1]/',
      'http://[::ffff:7f00:2]/',
      'http://0.0.0.0/',
      'http://10.0.0.1/',
      'http://172.16.0.1/',
      'http://192.168.0.1/',
      'http://100.64.0.1/',
      'http://169.254.169.254/latest/meta-data/',
      'http://[fd00:ec2::254]/',
      'http://[fe80::1]/',
      'http://[fd12::1]/',
      'https://127.0.0.2/',
      '//127.0.0.2/',
      '///127.0.0.2/',
      '/\\\\127.0.0.2/',
      '\\\\127.0.0.2\\',
      'HTTP:\\\\127.0.0.2\\',
      'ht\ttp://127.0.0.2/',
      ' http://127.0.0.2/ ',
    ];
    const invalid = [
      'file:///etc/passwd',
      'FILE:///etc/passwd',
      'data:image/png;base64,AAAA',
      'ftp://127.0.0.1/',
      'gopher://127.0.0.1/',
      'javascript:alert(1)',
      'blob:http://127.0.0.1/1',
      'http://user:x@127.0.0.1/',
      'http://127.0.0.1@127.0.0.2/',
      'http://[/',
      'http://127.0.0.1:99999/',
    ];

    it('leads to no forbidden address, however it is written', async () => {
      for (const location of forbidden) {
        const server = await redirectTo(() => location, status);
        await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({ code: 'address-forbidden' });
        expect(server.requests).toHaveLength(1);
      }
    });

    it('leads to nothing but http and https, without a user', async () => {
      for (const location of invalid) {
        const server = await redirectTo(() => location, status);
        await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
          code: 'url-invalid',
          retryable: false,
        });
      }
    });

    it.each([
      './cat.png',
      'cat.png',
      '../cats/cat.png',
      '/cats/cat.png',
      '?cat.png',
      '//HOST/cats/cat.png',
      'http://HOST/cat',
    ])('leads to %s from where it was', async (location) => {
      const server = await serve((request, response) => {
        if (request.url !== '/cats/first') return response.end(PICTURE);
        return response.writeHead(status, { location: location.replace('HOST', request.headers.host!) }).end();
      });
      expect(Buffer.from(await fetcherWith().fetch(server.url('/cats/first')))).toEqual(PICTURE);
      const expected = new URL(location.replace('HOST', `127.0.0.1:${server.port}`), server.url('/cats/first'));
      expect(server.requests[1]?.url).toBe(expected.pathname + expected.search);
    });
  });

  it.each([300, 304, 305, 306, 399])('is none with %i', async (status) => {
    const server = await redirectTo(() => '/cat.png', status);
    await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({ code: 'http-client-error' });
    expect(server.requests).toHaveLength(1);
  });

  it('asks for no seventh URL', async () => {
    const server = await serve((request, response) => {
      const step = Number(request.url!.slice(1));
      return step === 6 ? response.end(PICTURE) : response.writeHead(302, { location: `/${step + 1}` }).end();
    });
    await expect(fetcherWith().fetch(server.url('/0'))).rejects.toMatchObject({ code: 'too-many-redirects' });
    expect(server.requests.map(({ url }) => url)).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
  });

  it('reads nothing of what a redirect brings along, and hangs up', async () => {
    let closed: Promise<unknown> | undefined;
    const server = await serve((request, response) => {
      if (request.url !== '/') return response.end(PICTURE);
      closed = once(response, 'close');
      return response.writeHead(302, { location: '/cat.png' }).write(Buffer.alloc(1_000_000));
    });
    expect(Buffer.from(await fetcherWith().fetch(server.url('/')))).toEqual(PICTURE);
    await closed;
  });

  it('takes one that leads nowhere for an error', async () => {
    const server = await serve((_, response) => response.writeHead(302).end());
    await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
      code: 'http-client-error',
      retryable: false,
    });
  });
});
