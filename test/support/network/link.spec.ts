import { randomBytes } from 'node:crypto';
import { until } from '../until.js';
import { Link } from './link.js';
import { TcpEnd, TcpService } from './tcp-service.js';

describe('Link (real: sockets on 127.0.0.1)', () => {
  let service: TcpService;
  let link: Link;
  const clients: TcpEnd[] = [];

  beforeEach(async () => {
    service = await TcpService.start();
    link = await Link.open(service.url);
  });

  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await link.close();
    expect(link.connections).toBe(0);
    await service.stop();
  });

  async function connectClient(): Promise<TcpEnd> {
    const client = await TcpEnd.connect(link.url);
    clients.push(client);
    return client;
  }

  async function connectBoth(): Promise<[TcpEnd, TcpEnd]> {
    const number = service.ends.length + 1;
    return [await connectClient(), await service.end(number)];
  }

  /** Whatever was sent before would have arrived by now: bytes have gone there and back over another link meanwhile. */
  async function roundTrip(): Promise<void> {
    const other = await TcpService.start();
    const otherLink = await Link.open(other.url);
    const near = await TcpEnd.connect(otherLink.url);
    const far = await other.end();
    for (let length = 1; length <= 5; length += 1) {
      near.send('>');
      await far.receives(length);
      far.send('<');
      await near.receives(length);
    }
    await otherLink.close();
    await other.stop();
  }

  it('has the URL of the service with an address of its own', () => {
    expect(link.url).toMatch(/^tcp:\/\/user:secret@127\.0\.0\.1:\d+\/name\?option=1$/);
    expect(new URL(link.url).port).not.toBe(String(service.port));
  });

  it('refuses a URL without a port', async () => {
    await expect(Link.open('amqp://user:secret@broker')).rejects.toThrow('Expected a port in the URL of broker');
  });

  it('passes megabytes whole, both ways at once', async () => {
    const [client, server] = await connectBoth();
    const upload = randomBytes(5_000_000);
    const download = randomBytes(5_000_000);
    client.send(upload);
    server.send(download);
    expect((await server.receives(upload.length)).equals(upload)).toBe(true);
    expect((await client.receives(download.length)).equals(download)).toBe(true);
  });

  it('passes the end of one direction on while the other goes on', async () => {
    const [client, server] = await connectBoth();
    client.socket.end('the last');
    expect(await server.isTold()).toBe('end');
    expect(server.received.toString()).toBe('the last');
    server.socket.end('an answer');
    expect(await client.isTold()).toBe('end');
    expect(client.received.toString()).toBe('an answer');
  });

  it('tells the service that the client died, and the other way round', async () => {
    const [client, server] = await connectBoth();
    client.socket.resetAndDestroy();
    expect(await server.isTold()).toBe('ECONNRESET');
    const [otherClient, otherServer] = await connectBoth();
    otherServer.socket.resetAndDestroy();
    expect(await otherClient.isTold()).toBe('ECONNRESET');
  });

  it('resets a client whose connection the service refuses, and reaches the service again when it is back', async () => {
    const port = service.port;
    await service.stop();
    const refused = await connectClient();
    expect(await refused.isTold()).toBe('ECONNRESET');
    service = await TcpService.start(port);
    const [client, server] = await connectBoth();
    client.send('back');
    expect((await server.receives(4)).toString()).toBe('back');
  });

  it('passes nothing either way while it is cut, and everything once it is healed', async () => {
    const [client, server] = await connectBoth();
    link.cut();
    client.send('question');
    server.send('answer');
    await roundTrip();
    expect([client.received.length, server.received.length]).toEqual([0, 0]);
    link.heal();
    expect((await server.receives(8)).toString()).toBe('question');
    expect((await client.receives(6)).toString()).toBe('answer');
  });

  it('passes one direction while the other is cut', async () => {
    const [client, server] = await connectBoth();
    link.cut('to-service');
    client.send('lost');
    server.send('heard');
    expect((await client.receives(5)).toString()).toBe('heard');
    await roundTrip();
    expect(server.received.length).toBe(0);
    link.heal();
    link.cut('from-service');
    server.send('lost');
    expect((await server.receives(4)).toString()).toBe('lost');
    await roundTrip();
    expect(client.received.toString()).toBe('heard');
  });

  it.each([
    ['ends', 'end', (end: TcpEnd) => end.socket.end()],
    ['dies', 'ECONNRESET', (end: TcpEnd) => end.socket.resetAndDestroy()],
  ])('tells of a client that %s during a cut after the heal alone', async (_, expected, leave) => {
    const [client, server] = await connectBoth();
    link.cut('to-service');
    leave(client);
    await roundTrip();
    expect(server.told).toEqual([]);
    link.heal();
    expect(await server.isTold()).toBe(expected);
  });

  it('takes a connection during a cut, and makes it to the service after the heal', async () => {
    link.cut();
    const client = await connectClient();
    client.send('hello');
    await roundTrip();
    expect(service.ends).toHaveLength(0);
    link.heal();
    const server = await service.end();
    expect((await server.receives(5)).toString()).toBe('hello');
  });

  it('leaves what is sent during a cut with the sender, and passes it whole after the heal', async () => {
    const [client, server] = await connectBoth();
    const sent = randomBytes(32 * 1024 * 1024);
    link.cut();
    for (let offset = 0; offset < sent.length; offset += 65_536) client.send(sent.subarray(offset, offset + 65_536));
    await roundTrip();
    expect(client.socket.writableLength).toBeGreaterThan(sent.length / 2);
    link.heal();
    expect((await server.receives(sent.length)).equals(sent)).toBe(true);
  });

  it('resets every connection at both ends, during a cut too', async () => {
    const ends = [...(await connectBoth()), ...(await connectBoth())];
    expect(link.connections).toBe(2);
    link.cut();
    link.reset();
    for (const end of ends) expect(await end.isTold()).toBe('ECONNRESET');
    link.heal();
    const [client, server] = await connectBoth();
    client.send('again');
    expect((await server.receives(5)).toString()).toBe('again');
  });

  it('delays what passes, and keeps its order', async () => {
    const [client, server] = await connectBoth();
    link.delay(60);
    const sentAt = performance.now();
    client.send('slow ');
    await server.receives(5);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(59);
    client.send('first ');
    await roundTrip();
    link.delay(0);
    client.send('second');
    expect((await server.receives(17)).toString()).toBe('slow first second');
  });

  it('leaves nothing open when it is closed', async () => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
    const [client, server] = await connectBoth();
    link.cut();
    const early = await connectClient();
    client.send(randomBytes(1_000_000));
    const url = link.url;
    await link.close();
    for (const end of [client, server, early]) expect(await end.isTold()).toBe('ECONNRESET');
    await expect(TcpEnd.connect(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await until('only the service listens', () => sockets() === 1, { every: 5 });
    link = await Link.open(service.url);
  });
});
