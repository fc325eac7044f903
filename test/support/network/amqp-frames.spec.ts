import { randomBytes } from 'node:crypto';
import { FrameSplitter, type AmqpFrame } from './amqp-frames.js';
import { frame, recorded } from './recorded-frames.js';

describe('splitting AMQP frames', () => {
  const longBody = frame(3, 1, randomBytes(200_000));
  const heartbeat = frame(8, 0, Buffer.alloc(0));
  const conversation = [...Object.values(recorded), longBody, heartbeat, recorded.ack];

  function split(bytes: Buffer, size = bytes.length): AmqpFrame[] {
    const splitter = new FrameSplitter('to-broker', 3);
    const frames: AmqpFrame[] = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...splitter.push(bytes.subarray(at, at + size)));
    expect(splitter.rest()).toHaveLength(0);
    return frames;
  }

  function fieldsOf(bytes: Buffer): Omit<AmqpFrame, 'bytes' | 'direction' | 'connection'> {
    const [{ bytes: whole, direction, connection, ...fields } = { bytes: undefined }, ...more] = split(bytes);
    expect([whole, direction, connection, more.length]).toEqual([bytes, 'to-broker', 3, 0]);
    return fields as AmqpFrame;
  }

  it.each([1, 2, 3, 7, 8, 9, 64, 4_096, 65_536, 1_000_000])('gives the same frames from pieces of %i', (size) => {
    const frames = split(Buffer.concat(conversation), size);
    expect(frames).toHaveLength(conversation.length);
    for (const [index, { bytes }] of frames.entries()) expect(bytes.equals(conversation[index]!)).toBe(true);
  });

  it('tells the protocol header, content and heartbeats apart', () => {
    const bytes = [recorded.opening, recorded.publishedHeader, recorded.publishedBody, heartbeat];
    const kinds = split(Buffer.concat(bytes)).map(({ kind, channel }) => `${kind} ${channel}`);
    expect(kinds).toEqual(['opening 0', 'header 1', 'body 1', 'heartbeat 0']);
  });

  const basic = { kind: 'method', channel: 1 };
  const consumerTag = 'amq.ctag-fL8O9NiIVpO7UodEl0t-qw';
  it.each<[keyof typeof recorded, object]>([
    ['tune', { kind: 'method', channel: 0, method: 'connection.tune' }],
    ['openOk', { kind: 'method', channel: 0, method: 'connection.open-ok' }],
    ['channelOpen', { ...basic, method: 'channel.open' }],
    ['confirmSelect', { ...basic, method: 'confirm.select' }],
    ['declare', { ...basic, method: 'queue.declare', queue: 'names' }],
    ['publish', { ...basic, method: 'basic.publish', exchange: '', routingKey: 'names' }],
    ['ack', { ...basic, method: 'basic.ack', deliveryTag: 1, multiple: false }],
    ['consume', { ...basic, method: 'basic.consume', queue: 'names', consumerTag: '' }],
    [
      'deliver',
      {
        ...basic,
        method: 'basic.deliver',
        consumerTag,
        deliveryTag: 1,
        redelivered: false,
        exchange: '',
        routingKey: 'names',
      },
    ],
    ['nack', { ...basic, method: 'basic.nack', deliveryTag: 1, multiple: false, requeue: false }],
    [
      'return',
      {
        ...basic,
        method: 'basic.return',
        replyCode: 312,
        replyText: 'NO_ROUTE',
        exchange: '',
        routingKey: 'nowhere',
      },
    ],
    [
      'connectionClose',
      { kind: 'method', channel: 0, method: 'connection.close', replyCode: 200, replyText: 'Cheers, thanks' },
    ],
  ])('reads the fields of %s as RabbitMQ and amqplib write them', (name, fields) => {
    expect(fieldsOf(recorded[name])).toEqual(fields);
  });

  it('reads bits, each from its own place', () => {
    const nackOf = (bits: number): Buffer => frame(1, 2, Buffer.of(0, 60, 0, 120, 0, 0, 0, 0, 0, 0, 1, 0, bits));
    const nack = { kind: 'method', channel: 2, method: 'basic.nack', deliveryTag: 256 };
    expect(fieldsOf(nackOf(1))).toEqual({ ...nack, multiple: true, requeue: false });
    expect(fieldsOf(nackOf(2))).toEqual({ ...nack, multiple: false, requeue: true });
  });

  it('reads why a connection is blocked', () => {
    const blocked = frame(1, 0, Buffer.concat([Buffer.of(0, 10, 0, 60, 10), Buffer.from('low memory')]));
    expect(fieldsOf(blocked)).toEqual({
      kind: 'method',
      channel: 0,
      method: 'connection.blocked',
      reason: 'low memory',
    });
  });

  it('names a method that it does not know by its numbers', () => {
    expect(fieldsOf(frame(1, 1, Buffer.of(0, 60, 0, 111)))).toMatchObject({ method: '60.111' });
  });

  it.each([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a frame without its end', Buffer.concat([recorded.ack.subarray(0, -1), Buffer.of(0)])],
    ['a method that is cut short', frame(1, 1, Buffer.of(0, 60, 0, 80, 1))],
  ])('gives %s back as it came, and all that follows', (_, bytes) => {
    const splitter = new FrameSplitter('from-broker', 1);
    const given = [...splitter.push(bytes), ...splitter.push(recorded.ack), ...splitter.push(Buffer.of(1))];
    expect(given.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(Buffer.concat(given.map((each) => each.bytes))).toEqual(Buffer.concat([bytes, recorded.ack, Buffer.of(1)]));
  });

  it('keeps the start of a frame until it is asked for the rest', () => {
    const splitter = new FrameSplitter('to-broker', 1);
    expect(splitter.push(recorded.publish.subarray(0, 10))).toEqual([]);
    expect(splitter.rest()).toEqual(recorded.publish.subarray(0, 10));
    expect(splitter.rest()).toHaveLength(0);
  });
});
