import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import {
  createHttpClient,
  FetchingSettings,
  type HttpClient,
  type HttpRequest,
  type ResolveHost,
} from '@ekphrasis/fetching';
import { until } from '../../../test/support/until.js';
import { clearBench, serve } from './fetcher-bench.js';
import { NameServer } from './name-server.js';
import type { PictureServer } from './picture-server.js';

/** Stands for the public internet. */
const open = '127.0.0.1';
/** Stands for a private network. */
const closed = '127.0.0.2';
const body = JSON.stringify({ type: 'image.described', words: 'Äpfel' });
const refused = { code: 'address-forbidden', retryable: false };

/** What a server heard of a request. */
interface Heard {
  method: string;
  headers: IncomingMessage['headers'];
  body: string;
}

describe('posting to strangers (real: HTTP servers on loopback addresses, a DNS server over UDP)', () => {
  const clients: HttpClient[] = [];
  let names: NameServer;
  let receiver: PictureServer;
  let inside: PictureServer;
  let heard: Heard[];

  beforeEach(async () => {
    heard = [];
    names = await NameServer.start();
    // each request over a connection of its own, so that each time the name is looked up
    receiver = await serve(
      (request, response) => void hear(request).then(() => response.setHeader('connection', 'close').end('thanks')),
      open,
    );
    inside = await serve((request, response) => void hear(request).then(() => response.end()), closed, receiver.port);
  });
  afterEach(async () => {
    await clearBench();
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await names.stop();
  });

  async function hear(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    heard.push({ method: request.method!, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
  }

  function clientWith(resolve: ResolveHost = names.resolver(), networks: readonly string[] = [open]): HttpClient {
    const settings = Object.assign(new FetchingSettings(), { FETCH_ALLOWED_NETWORKS: networks });
    const client = createHttpClient(settings, { resolve });
    clients.push(client);
    return client;
  }

  const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
    method: 'POST',
    url: new URL(url),
    headers: { 'content-type': 'application/json' },
    body,
    timeoutMs: 30_000,
    ...more,
  });
  const answered = (client: HttpClient, request: HttpRequest): Promise<[number, string]> =>
    client.send(request, async (answer) => [answer.status, Buffer.from(await answer.read(1_000)).toString('utf8')]);

  it('brings the body over whole, by our own name, to the host of the URL', async () => {
    names.answer('hooks.example', [open]);
    expect(await answered(clientWith(), post(receiver.url('/in?a=1', 'hooks.example')))).toEqual([200, 'thanks']);
    expect(receiver.requests[0]?.url).toBe('/in?a=1');
    expect(heard).toEqual([
      {
        method: 'POST',
        body,
        headers: expect.objectContaining({
          host: `hooks.example:${receiver.port}`,
          'user-agent': new FetchingSettings().FETCH_USER_AGENT,
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        }),
      },
    ]);
  });

  it.each([200, 204, 400, 404, 410, 429, 500, 503])('takes %i for an answer', async (status) => {
    const server = await serve((_, response) => response.writeHead(status, { 'retry-after': '7' }).end());
    const [code, wait] = await clientWith().send(post(server.url('/')), async (answer) => [
      answer.status,
      answer.header('retry-after'),
    ]);
    expect([code, wait]).toEqual([status, '7']);
  });

  it.each([301, 302, 303, 307, 308])('is not sent on by %i, even where others would be followed', async (status) => {
    const server = await serve((_, response) =>
      response.writeHead(status, { location: receiver.url('/') }).end('moved'),
    );
    expect(await answered(clientWith(), post(server.url('/'), { mostRedirects: 5 }))).toEqual([status, 'moved']);
    expect(heard).toEqual([]);
  });

  it('lets nobody say whom it is meant for or how long it is but the URL and the body', async () => {
    for (const name of ['host', 'Host', 'User-Agent', 'content-length', 'Transfer-Encoding', 'connection']) {
      await expect(
        answered(clientWith(), post(receiver.url('/'), { headers: { [name]: 'inside.example' } })),
      ).rejects.toThrow(name);
    }
    await expect(
      answered(clientWith(), post(receiver.url('/'), { headers: { 'x-a': 'b\r\nhost: inside.example' } })),
    ).rejects.toMatchObject({ code: 'connection-failed' });
    expect(heard).toEqual([]);
  });

  describe('the guard on addresses', () => {
    it.each([
      '127.0.0.2',
      '2130706434',
      '[::ffff:127.0.0.2]',
      '[::1]',
      '10.0.0.1',
      '169.254.169.254',
      '[fd00:ec2::254]',
      '0.0.0.0',
    ])('refuses a literal one: %s', async (host) => {
      await expect(answered(clientWith(), post(inside.url('/', host)))).rejects.toMatchObject(refused);
      expect(inside.connections).toBe(0);
    });

    it.each([
      ['alone', [closed]],
      ['beside an allowed one', [open, closed]],
      ['as a cloud’s metadata', ['169.254.169.254']],
    ])('refuses a name that has a private one, %s', async (_, addresses) => {
      names.answer('inside.example', addresses);
      await expect(answered(clientWith(), post(inside.url('/', 'inside.example')))).rejects.toMatchObject(refused);
      expect([receiver.connections, inside.connections]).toEqual([0, 0]);
    });

    it('connects to the address that was judged, and judges again when a name’s address has changed', async () => {
      names.answer('rebind.example', [open], [closed]);
      const client = clientWith();
      const url = receiver.url('/', 'rebind.example');
      expect(await answered(client, post(url))).toEqual([200, 'thanks']);
      await expect(answered(client, post(url))).rejects.toMatchObject(refused);
      expect([receiver.connections, inside.connections]).toEqual([1, 0]);
    });

    it('refuses all that is not on the internet where nothing is allowed', async () => {
      const client = clientWith(names.resolver(), []);
      await expect(answered(client, post(receiver.url('/')))).rejects.toMatchObject(refused);
      expect(receiver.connections).toBe(0);
    });

    it.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'http://user:word@127.0.0.1/'])('refuses %s', async (url) => {
      await expect(answered(clientWith(), post(url))).rejects.toMatchObject({ code: 'url-invalid' });
    });
  });

  describe('its limits', () => {
    it('reads no more of an answer than the caller wants', async () => {
      const server = await serve((_, response) => void response.end('x'.repeat(1_001)));
      await expect(answered(clientWith(), post(server.url('/')))).rejects.toMatchObject({ code: 'body-too-large' });
    });

    it('throws away what nobody reads, and the connection with it', async () => {
      let closedByUs: Promise<unknown> | undefined;
      const server = await serve((_, response) => {
        closedByUs = once(response, 'close');
        response.write(Buffer.alloc(100_000));
      });
      expect(await clientWith().send(post(server.url('/')), async ({ status }) => status)).toBe(200);
      await closedByUs;
    });

    it.each([
      ['says nothing', (): void => undefined],
      ['does not end what it began', (response: { write(text: string): unknown }): void => void response.write('tha')],
    ])('gives up a server that %s, when the time is over', async (_, answer) => {
      const server = await serve((__, response) => answer(response));
      await expect(answered(clientWith(), post(server.url('/'), { timeoutMs: 200 }))).rejects.toMatchObject({
        code: 'fetch-timeout',
        retryable: true,
      });
    });

    it('ends with its caller’s reason', async () => {
      const server = await serve(() => undefined);
      const caller = new AbortController();
      const sending = answered(clientWith(), post(server.url('/'), { signal: caller.signal }));
      await until('it was asked', () => server.requests.length === 1);
      caller.abort(new Error('shutting down'));
      await expect(sending).rejects.toThrow('shutting down');
    });

    it('tells a server that is not there, and one that hangs up', async () => {
      const failed = { code: 'connection-failed', retryable: true };
      const server = await serve((request) => request.destroy());
      const url = server.url('/');
      await expect(answered(clientWith(), post(url))).rejects.toMatchObject(failed);
      await server.stop();
      await expect(answered(clientWith(), post(url))).rejects.toMatchObject(failed);
    });

    it('asks no host that its caller does not want asked', async () => {
      const onHost = (host: string): void => {
        throw new Error(`not ${host}`);
      };
      await expect(answered(clientWith(), post(receiver.url('/'), { onHost }))).rejects.toThrow(
        `not ${open}:${receiver.port}`,
      );
      expect(receiver.connections).toBe(0);
    });
  });
});
