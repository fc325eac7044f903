import { gzipSync } from 'node:zlib';
import { clearBench, fetcherWith, PICTURE, serve, servePicture } from './fetcher-bench.js';

describe('fetching: answers (real: HTTP servers on loopback addresses)', () => {
  afterEach(clearBench);

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

  it('comes over a connection that is open already when the next picture is of the same host', async () => {
    const server = await servePicture();
    const fetcher = fetcherWith();
    for (let picture = 0; picture < 5; picture++) await fetcher.fetch(server.url(`/${picture}`));
    expect(server.requests.length).toBe(5);
    // Two, because undici frees a connection a moment after the body has been read.
    expect(server.connections).toBeLessThanOrEqual(2);
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
    const server = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(PICTURE));
    await expect(fetcherWith().fetch(server.url('/'))).rejects.toMatchObject({
      code: 'body-unreadable',
      retryable: false,
    });
  });
});
