import { randomBytes } from 'node:crypto';
import { AmqpLink } from './amqp-link.js';
import type { AmqpFrame } from './amqp-frames.js';
import { confirm, deliveryOf, methodOf, publishOf, settlement } from './amqp-predicates.js';
import { frame, recorded } from './recorded-frames.js';
import { TcpEnd, TcpService } from './tcp-service.js';

const { opening, publish, publishedHeader, publishedBody, ack, deliver, nack } = recorded;
const message = Buffer.concat([publish, publishedHeader, publishedBody]);

describe('AmqpLink (real: sockets on 127.0.0.1; frames as recorded)', () => {
  let broker: TcpService;
  let link: AmqpLink;
  let client: TcpEnd;
  let server: TcpEnd;

  beforeEach(async () => {
    broker = await TcpService.start();
    link = await AmqpLink.open(broker.url);
    client = await TcpEnd.connect(link.url);
    client.send(opening);
    server = await broker.end();
    await server.receives(opening.length);
  });

  afterEach(async () => {
    client.socket.destroy();
    await link.close();
    await broker.stop();
  });

  /** Sends bytes from one end, and waits until the other has them. */
  async function passes(direction: 'to-broker' | 'from-broker', bytes: Buffer): Promise<void> {
    const [from, to] = direction === 'to-broker' ? [client, server] : [server, client];
    const before = to.received.length;
    from.send(bytes);
    await to.receives(before + bytes.length);
  }

  it('holds a publish with its content and all that follows, and nothing else', async () => {
    const holding = link.hold(publishOf('names'));
    client.send(Buffer.concat([nack, message, nack]));
    const held = await holding;
    expect(held.frame).toMatchObject({ method: 'basic.publish', routingKey: 'names', direction: 'to-broker' });
    await server.receives(opening.length + nack.length);
    client.send(ack);
    await passes('from-broker', deliver);
    expect(server.received).toEqual(Buffer.concat([opening, nack]));
    held.release();
    const all = Buffer.concat([opening, nack, message, nack, ack]);
    expect(await server.receives(all.length)).toEqual(all);
  });

  it('holds the broker’s confirm while the message has passed', async () => {
    const holding = link.hold(confirm);
    await passes('to-broker', message);
    server.send(Buffer.concat([deliver, ack]));
    const held = await holding;
    expect(held.frame).toMatchObject({ method: 'basic.ack', deliveryTag: 1, direction: 'from-broker' });
    await passes('to-broker', ack);
    expect(client.received).toEqual(deliver);
    held.release();
    expect(await client.receives(deliver.length + ack.length)).toEqual(Buffer.concat([deliver, ack]));
  });

  it('resets the connection of a dropped frame, which never passes', async () => {
    const holding = link.hold(publishOf('names'));
    client.send(message);
    (await holding).drop();
    expect(await client.isTold()).toBe('ECONNRESET');
    expect(await server.isTold()).toBe('ECONNRESET');
    expect(server.received).toEqual(opening);
  });

  it('tells the broker of a client that died behind a held frame when the frame is dropped, not before', async () => {
    const holding = link.hold(settlement);
    client.send(ack);
    const held = await holding;
    client.socket.destroy();
    const other = await TcpEnd.connect(link.url);
    other.send(opening);
    await (await broker.end(2)).receives(opening.length);
    expect(server.told).toEqual([]);
    held.drop();
    expect(await server.isTold()).toBe('ECONNRESET');
    expect(server.received).toEqual(opening);
    other.socket.destroy();
  });

  it('catches one frame per hold, the oldest hold first', async () => {
    const first = link.hold(settlement);
    const second = link.hold(methodOf('basic.ack', 'basic.nack'));
    client.send(Buffer.concat([nack, ack, nack]));
    const { frame: firstFrame, release } = await first;
    release();
    const { frame: secondFrame, release: releaseSecond } = await second;
    releaseSecond();
    expect([firstFrame.method, secondFrame.method]).toEqual(['basic.nack', 'basic.ack']);
    await server.receives(opening.length + 2 * nack.length + ack.length);
  });

  it('catches what was sent during a cut and passes after the heal', async () => {
    link.cut();
    client.send(message);
    const holding = link.hold(publishOf('names'));
    link.heal();
    const held = await holding;
    expect(server.received).toEqual(opening);
    held.release();
    await server.receives(opening.length + message.length);
  });

  it('holds nothing after it has waited in vain', async () => {
    await expect(link.hold(deliveryOf('names'), { within: 1 })).rejects.toThrow('Waited 1 ms in vain');
    await passes('from-broker', deliver);
  });

  it('fails a hold when it is closed', async () => {
    const holding = link.hold(deliveryOf('names'));
    await link.close();
    await expect(holding).rejects.toThrow('The link was closed');
    link = await AmqpLink.open(broker.url);
  });

  it('tells of frames in both directions and of their connection, until it is asked to stop', async () => {
    const seen: string[] = [];
    const stop = link.frames(({ connection, direction, kind, method }: AmqpFrame) =>
      seen.push(`${connection} ${direction} ${method ?? kind}`),
    );
    await passes('to-broker', message);
    await passes('from-broker', deliver);
    stop();
    await passes('to-broker', ack);
    expect(seen).toEqual([
      '1 to-broker basic.publish',
      '1 to-broker header',
      '1 to-broker body',
      '1 from-broker basic.deliver',
    ]);
  });

  it('passes ten thousand messages and long frames whole', async () => {
    const bodies = Array.from({ length: 10_000 }, (_, index) => frame(3, 1, randomBytes(index % 500 ? 64 : 131_064)));
    const sent = Buffer.concat(bodies.flatMap((body) => [publish, publishedHeader, body]));
    for (let at = 0; at < sent.length; at += 10_007) client.send(sent.subarray(at, at + 10_007));
    const received = await server.receives(opening.length + sent.length);
    expect(received.subarray(opening.length).equals(sent)).toBe(true);
  });

  it('passes what is not AMQP, and the start of a frame whose sender ends', async () => {
    await passes('from-broker', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    client.socket.end(publish.subarray(0, 9));
    expect(await server.isTold()).toBe('end');
    expect(server.received).toEqual(Buffer.concat([opening, publish.subarray(0, 9)]));
  });
});
