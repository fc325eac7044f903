import { randomBytes } from 'node:crypto';
import { until } from '../until.js';
import { LinkBench, roundTrip } from './link-bench.js';
import { Link } from './link.js';
import { TcpEnd, TcpService } from './tcp-service.js';

describe('Link (real: sockets on 127.0.0.1)', () => {
  let bench: LinkBench;

  beforeEach(async () => {
    bench = await LinkBench.open();
  });

  afterEach(async () => {
    await bench.close();
  });

  it('has the URL of the service with an address of its own', () => {
    expect(bench.link.url).toMatch(/^tcp:\/\/user:secret@127\.0\.0\.1:\d+\/name\?option=1$/);
    expect(new URL(bench.link.url).port).not.toBe(String(bench.service.port));
  });

  it('refuses a URL without a port', async () => {
    await expect(Link.open('amqp://user:secret@broker')).rejects.toThrow('Expected a port in the URL of broker');
  });

  it('passes megabytes whole, both ways at once', async () => {
    const [client, server] = await bench.connectBoth();
    const upload = randomBytes(5_000_000);
    const download = randomBytes(5_000_000);
    client.send(upload);
    server.send(download);
    expect((await server.receives(upload.length)).equals(upload)).toBe(true);
    expect((await client.receives(download.length)).equals(download)).toBe(true);
  });

  it('passes the end of one direction on while the other goes on', async () => {
    const [client, server] = await bench.connectBoth();
    client.socket.end('the last');
    expect(await server.isTold()).toBe('end');
    expect(server.received.toString()).toBe('the last');
    server.socket.end('an answer');
    expect(await client.isTold()).toBe('end');
    expect(client.received.toString()).toBe('an answer');
  });

  it('tells the service that the client died, and the other way round', async () => {
    const [client, server] = await bench.connectBoth();
    client.socket.resetAndDestroy();
    expect(await server.isTold()).toBe('ECONNRESET');
    const [otherClient, otherServer] = await bench.connectBoth();
    otherServer.socket.resetAndDestroy();
    expect(await otherClient.isTold()).toBe('ECONNRESET');
  });

  it('resets a client whose connection the service refuses, and reaches the service again when it is back', async () => {
    const port = bench.service.port;
    await bench.service.stop();
    const refused = await bench.connectClient();
    expect(await refused.isTold()).toBe('ECONNRESET');
    const restarted = await TcpService.start(port);
    const client = await bench.connectClient();
    client.send('back');
    expect((await (await restarted.end()).receives(4)).toString()).toBe('back');
    await restarted.stop();
  });

  it('resets every connection at both ends, during a cut too', async () => {
    const ends = [...(await bench.connectBoth()), ...(await bench.connectBoth())];
    expect(bench.link.connections).toBe(2);
    bench.link.cut();
    bench.link.reset();
    for (const end of ends) expect(await end.isTold()).toBe('ECONNRESET');
    bench.link.heal();
    const [client, server] = await bench.connectBoth();
    client.send('again');
    expect((await server.receives(5)).toString()).toBe('again');
  });

  it('refuses every connection of now and of later, until it admits them again', async () => {
    const ends = await bench.connectBoth();
    bench.link.refuse();
    for (const end of ends) expect(await end.isTold()).toBe('ECONNRESET');
    // it may come before the connection is even made
    const told = bench.connectClient().then(
      (client) => client.isTold(),
      ({ code }: NodeJS.ErrnoException) => code,
    );
    expect(await told).toBe('ECONNRESET');
    await until('none is left', () => bench.link.connections === 0);
    bench.link.admit();
    const [client, server] = await bench.connectBoth();
    client.send('again');
    expect((await server.receives(5)).toString()).toBe('again');
  });

  it('delays what passes, and keeps its order', async () => {
    const [client, server] = await bench.connectBoth();
    bench.link.delay(60);
    const sentAt = performance.now();
    client.send('slow ');
    await server.receives(5);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(50);
    client.send('first ');
    await roundTrip();
    bench.link.delay(0);
    client.send('second');
    expect((await server.receives(17)).toString()).toBe('slow first second');
  });

  it('closes connections whose ends are leaving just then', async () => {
    const pairs = await Promise.all(Array.from({ length: 40 }, () => bench.connectBoth()));
    for (const [client] of pairs) client.socket.end();
    await Promise.race(pairs.map(([, server]) => server.isTold()));
    await bench.link.close();
    expect(bench.link.connections).toBe(0);
  });

  it('leaves nothing open when it is closed', async () => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
    const [client, server] = await bench.connectBoth();
    bench.link.cut();
    const early = await bench.connectClient();
    client.send(randomBytes(1_000_000));
    const url = bench.link.url;
    await bench.link.close();
    for (const end of [client, server, early]) expect(await end.isTold()).toBe('ECONNRESET');
    await expect(TcpEnd.connect(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await until('only the service listens', () => sockets() === 1, { every: 5 });
  });
});
