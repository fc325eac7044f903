import { randomBytes } from 'node:crypto';
import { LinkBench, roundTrip } from './link-bench.js';
import type { TcpEnd } from './tcp-service.js';

describe('Link: cuts (real: sockets on 127.0.0.1)', () => {
  let bench: LinkBench;

  beforeEach(async () => {
    bench = await LinkBench.open();
  });

  afterEach(async () => {
    await bench.close();
  });

  it('passes nothing either way while it is cut, and everything once it is healed', async () => {
    const [client, server] = await bench.connectBoth();
    bench.link.cut();
    client.send('question');
    server.send('answer');
    await roundTrip();
    expect([client.received.length, server.received.length]).toEqual([0, 0]);
    bench.link.heal();
    expect((await server.receives(8)).toString()).toBe('question');
    expect((await client.receives(6)).toString()).toBe('answer');
  });

  it('passes one direction while the other is cut', async () => {
    const [client, server] = await bench.connectBoth();
    bench.link.cut('to-service');
    client.send('lost');
    server.send('heard');
    expect((await client.receives(5)).toString()).toBe('heard');
    await roundTrip();
    expect(server.received.length).toBe(0);
    bench.link.heal();
    bench.link.cut('from-service');
    server.send('lost');
    expect((await server.receives(4)).toString()).toBe('lost');
    await roundTrip();
    expect(client.received.toString()).toBe('heard');
  });

  it.each([
    ['ends', 'end', (end: TcpEnd) => end.socket.end()],
    ['dies', 'ECONNRESET', (end: TcpEnd) => end.socket.resetAndDestroy()],
  ])('tells of a client that %s during a cut after the heal alone', async (_, expected, leave) => {
    const [client, server] = await bench.connectBoth();
    bench.link.cut('to-service');
    leave(client);
    await roundTrip();
    expect(server.told).toEqual([]);
    bench.link.heal();
    expect(await server.isTold()).toBe(expected);
  });

  it('takes a connection during a cut, and makes it to the service after the heal', async () => {
    bench.link.cut();
    const client = await bench.connectClient();
    client.send('hello');
    await roundTrip();
    expect(bench.service.ends).toHaveLength(0);
    bench.link.heal();
    const server = await bench.service.end();
    expect((await server.receives(5)).toString()).toBe('hello');
  });

  it('leaves what is sent during a cut with the sender, and passes it whole after the heal', async () => {
    const [client, server] = await bench.connectBoth();
    const sent = randomBytes(32 * 1024 * 1024);
    bench.link.cut();
    for (let offset = 0; offset < sent.length; offset += 65_536) client.send(sent.subarray(offset, offset + 65_536));
    await roundTrip();
    expect(client.socket.writableLength).toBeGreaterThan(sent.length / 2);
    bench.link.heal();
    expect((await server.receives(sent.length)).equals(sent)).toBe(true);
  });
});
