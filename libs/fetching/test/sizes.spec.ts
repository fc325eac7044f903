import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { clearBench, fetcherWith, LARGEST, serve } from './fetcher-bench.js';

describe('fetching: sizes (real: HTTP servers on loopback addresses)', () => {
  afterEach(clearBench);

  const tooLarge = { code: 'body-too-large', retryable: false };

  it('takes exactly the limit', async () => {
    const server = await serve((_, response) => response.end(Buffer.alloc(LARGEST)));
    expect((await fetcherWith().fetch(server.url('/'))).length).toBe(LARGEST);
  });

  it('believes an announcement of too much without reading on', async () => {
    const server = await serve((_, response) => response.writeHead(200, { 'content-length': LARGEST + 1 }).write('x'));
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
function pourForEver(response: ServerResponse): void {
  const chunk = Buffer.alloc(16_384);
  const endless = function* () {
    for (;;) yield chunk;
  };
  pipeline(endless, response).catch(() => undefined);
}
