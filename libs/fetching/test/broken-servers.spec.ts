import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { ResolveHost } from '@ekphrasis/fetching';
import { clearBench, fetcherWith, serve, servePicture } from './fetcher-bench.js';

describe('fetching: broken and slow servers (real: HTTP servers on loopback addresses)', () => {
  afterEach(clearBench);

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
    await server.stop();
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
    await expect(fetcherWith().fetch(server.url('/'), { signal: caller.signal })).rejects.toBe(reason);
    await gone;
    await expect(fetcherWith().fetch(server.url('/'), { signal: caller.signal })).rejects.toBe(reason);
  });
});
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('.'), 20);
  response.on('close', () => clearInterval(timer));
}
