import { gzipSync } from 'node:zlib';
import type { RequestListener, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createPictureFetcher, FetchingSettings, type PictureFetcher, type ResolveHost } from '@ekphrasis/fetching';
import { PictureServer } from './picture-server.js';

const PICTURE = Buffer.from('\x89PNG a cat on a mat');
const LARGEST = 100_000;

describe('the picture fetcher (real: HTTP servers on loopback addresses)', () => {
  const fetchers: PictureFetcher[] = [];
  const servers: PictureServer[] = [];

  function fetcherWith(settings: Partial<FetchingSettings> = {}, resolve?: ResolveHost): PictureFetcher {
    const defaults = { FETCH_MAX_BYTES: LARGEST, FETCH_ALLOWED_NETWORKS: ['127.0.0.1'], FETCH_TIMEOUT_MS: 10_000 };
    const merged = Object.assign(new FetchingSettings(), defaults, settings);
    const fetcher = createPictureFetcher(merged, resolve ? { resolve } : {});
    fetchers.push(fetcher);
    return fetcher;
  }

  async function serve(answer: RequestListener, address?: string, port?: number): Promise<PictureServer> {
    const server = await PictureServer.start(answer, address, port);
    servers.push(server);
    return server;
  }

  const servePicture = (address?: string, port?: number) =>
    serve((_, response) => response.end(PICTURE), address, port);
  const redirectTo = (location: () => string) =>
    serve((_, response) => response.writeHead(302, { location: location() }).end());

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    await Promise.all(fetchers.splice(0).map((fetcher) => fetcher.close()));
  });

  it('downloads a picture, and says who asks and for what', async () => {
    const server = await servePicture();
    expect(Buffer.from(await fetcherWith().fetch(server.url('/cat.png?size=1#top')))).toEqual(PICTURE);
    expect(server.requests).toEqual([
      {
        url: '/cat.png?size=1',
        headers: expect.objectContaining({
          accept: 'image/*',
          'accept-encoding': 'identity',
          'user-agent': expect.stringContaining('Ekphrasis'),
        }),
      },
    ]);
  });

  describe('addresses', () => {
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

  describe('redirects', () => {
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

  describe('answers', () => {
    it.each([
      [400, 'http-client-error', false],
      [401, 'access-denied', false],
      [403, 'access-denied', false],
      [404, 'not-found', false],
      [408, 'fetch-timeout', true],
      [410, 'not-found', false],
      [418, 'http-client-error', false],
      [425, 'rate-limited', true],
      [429, 'rate-limited', true],
      [500, 'http-server-error', true],
      [503, 'http-server-error', true],
      [304, 'http-client-error', false],
    ])('calls status %i %s', async (status, code, retryable) => {
      const server = await serve((_, response) => response.writeHead(status).end());
      await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({ code, retryable });
    });

    it('refuses an empty one', async () => {
      const server = await serve((_, response) => response.end());
      await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
        code: 'empty-body',
        retryable: false,
      });
    });

    it('unpacks one that was packed unasked', async () => {
      const server = await serve((_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(PICTURE)),
      );
      expect(Buffer.from(await fetcherWith().fetch(server.url('/')))).toEqual(PICTURE);
    });

    it.each(['gzip', 'br', 'deflate', 'zstd'])('refuses one that is no %s though it says so', async (encoding) => {
      const server = await serve((_, response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(PICTURE),
      );
      await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
        code: 'body-unreadable',
        retryable: false,
      });
    });
  });

  describe('sizes', () => {
    const tooLarge = { code: 'body-too-large', retryable: false };

    it('takes exactly the limit', async () => {
      const server = await serve((_, response) => response.end(Buffer.alloc(LARGEST)));
      expect((await fetcherWith().fetch(server.url('/'))).length).toBe(LARGEST);
    });

    it('believes an announcement of too much without reading on', async () => {
      const server = await serve((_, response) =>
        response.writeHead(200, { 'content-length': LARGEST + 1 }).write('x'),
      );
      await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject(tooLarge);
    });

    it('ends an endless body at the limit, and hangs up', async () => {
      let closed: Promise<unknown> | undefined;
      const server = await serve((_, response) => {
        closed = once(response, 'close');
        pourForEver(response);
      });
      await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject(tooLarge);
      await closed;
    });

    it('counts what a packed body becomes', async () => {
      const bomb = gzipSync(Buffer.alloc(LARGEST * 100));
      const server = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
      await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject(tooLarge);
    });

    it('takes no more than announced when more is sent', async () => {
      const server = await serve((request) => {
        request.socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n${'x'.repeat(1000)}`);
      });
      expect(Buffer.from(await fetcherWith().fetch(server.url('/'))).toString()).toBe('xxxx');
    });
  });

  describe('broken and slow servers', () => {
    it.each([
      'content-length: 100\r\n\r\nhalf',
      'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      'content-length: 100\r\ncontent-encoding: gzip\r\n\r\n\x1f',
    ])('may try a body again that was cut off (%j)', async (rest) => {
      const server = await serve((request) => void request.socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
      await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
        code: 'connection-failed',
        retryable: true,
      });
    });

    it.each(['', 'SSH-2.0-OpenSSH_9.2\r\n', 'HTTP/1.1 200 OK\r\nbroken'])(
      'calls the answer %j a failed connection',
      async (text) => {
        const server = await serve((request) => void request.socket.end(text));
        await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
          code: 'connection-failed',
          retryable: true,
        });
      },
    );

    it('may try again where nobody listens', async () => {
      const server = await servePicture();
      const url = server.url('/');
      await servers.pop()!.stop();
      await expect(fetcherWith().fetch(url)).rejects.toMatchObject({ code: 'connection-failed', retryable: true });
    });

    it.each([
      ['never answers', () => undefined],
      ['sends its body drop by drop', (response: ServerResponse) => drip(response)],
      [
        'redirects to itself slowly',
        (response: ServerResponse) => setTimeout(() => response.writeHead(302, { location: '/' }).end(), 70),
      ],
    ])('waits no longer than its limit for a server that %s', async (_, answer) => {
      const server = await serve((__, response) => void answer(response));
      await expect(fetcherWith({ FETCH_TIMEOUT_MS: 200 }).fetch(server.url('/'))).rejects.toMatchObject({
        code: 'fetch-timeout',
        retryable: true,
      });
    });

    it('waits no longer than its limit for a resolver that never answers', async () => {
      const resolve: ResolveHost = () => new Promise(() => undefined);
      const fetcher = fetcherWith({ FETCH_TIMEOUT_MS: 100, FETCH_CONNECT_TIMEOUT_MS: 500 }, resolve);
      await expect(fetcher.fetch('https://slow.example/')).rejects.toMatchObject({ code: 'fetch-timeout' });
    });

    it('hangs up when the caller goes away', async () => {
      const caller = new AbortController();
      const reason = new Error('shutting down');
      let gone: Promise<unknown> | undefined;
      const server = await serve((_, response) => {
        gone = once(response, 'close');
        response.write('half');
        caller.abort(reason);
      });
      await expect(fetcherWith().fetch(server.url('/'), caller.signal)).rejects.toBe(reason);
      await gone;
      await expect(fetcherWith().fetch(server.url('/'), caller.signal)).rejects.toBe(reason);
    });
  });
});

function pourForEver(response: ServerResponse): void {
  const chunk = Buffer.alloc(16_384);
  const endless = function* () {
    for (;;) yield chunk;
  };
  pipeline(endless, response).catch(() => undefined);
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('.'), 20);
  response.on('close', () => clearInterval(timer));
}
