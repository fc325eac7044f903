/** What the methods that tests ask about carry. Which of them are there depends on the method. */
export interface MethodFields {
  exchange?: string;
  routingKey?: string;
  queue?: string;
  consumerTag?: string;
  deliveryTag?: number;
  redelivered?: boolean;
  /** Of an ack or nack: it settles all up to this delivery tag. */
  multiple?: boolean;
  requeue?: boolean;
  replyCode?: number;
  replyText?: string;
  /** Of connection.blocked. */
  reason?: string;
}

type FieldType = 'short' | 'tag' | 'text' | 'bit';

/** Fields in their order on the wire, as far as they are wanted; those with a dash before their name are read over. */
type Layout = readonly `${FieldType} ${keyof MethodFields | `-${string}`}`[];

interface Method {
  readonly name: string;
  readonly layout: Layout;
}

const closing: Layout = ['short replyCode', 'text replyText'];

/** By class and method number, as in the AMQP 0-9-1 specification and RabbitMQ's extensions of it. */
const methods: Record<string, Method> = {
  '10.10': { name: 'connection.start', layout: [] },
  '10.11': { name: 'connection.start-ok', layout: [] },
  '10.30': { name: 'connection.tune', layout: [] },
  '10.31': { name: 'connection.tune-ok', layout: [] },
  '10.40': { name: 'connection.open', layout: [] },
  '10.41': { name: 'connection.open-ok', layout: [] },
  '10.50': { name: 'connection.close', layout: closing },
  '10.51': { name: 'connection.close-ok', layout: [] },
  '10.60': { name: 'connection.blocked', layout: ['text reason'] },
  '10.61': { name: 'connection.unblocked', layout: [] },
  '20.10': { name: 'channel.open', layout: [] },
  '20.11': { name: 'channel.open-ok', layout: [] },
  '20.40': { name: 'channel.close', layout: closing },
  '20.41': { name: 'channel.close-ok', layout: [] },
  '40.10': { name: 'exchange.declare', layout: ['short -reserved', 'text exchange'] },
  '40.11': { name: 'exchange.declare-ok', layout: [] },
  '50.10': { name: 'queue.declare', layout: ['short -reserved', 'text queue'] },
  '50.11': { name: 'queue.declare-ok', layout: ['text queue'] },
  '50.20': { name: 'queue.bind', layout: ['short -reserved', 'text queue', 'text exchange', 'text routingKey'] },
  '50.21': { name: 'queue.bind-ok', layout: [] },
  '60.10': { name: 'basic.qos', layout: [] },
  '60.11': { name: 'basic.qos-ok', layout: [] },
  '60.20': { name: 'basic.consume', layout: ['short -reserved', 'text queue', 'text consumerTag'] },
  '60.21': { name: 'basic.consume-ok', layout: ['text consumerTag'] },
  '60.30': { name: 'basic.cancel', layout: ['text consumerTag'] },
  '60.31': { name: 'basic.cancel-ok', layout: ['text consumerTag'] },
  '60.40': { name: 'basic.publish', layout: ['short -reserved', 'text exchange', 'text routingKey'] },
  '60.50': { name: 'basic.return', layout: [...closing, 'text exchange', 'text routingKey'] },
  '60.60': {
    name: 'basic.deliver',
    layout: ['text consumerTag', 'tag deliveryTag', 'bit redelivered', 'text exchange', 'text routingKey'],
  },
  '60.70': { name: 'basic.get', layout: ['short -reserved', 'text queue'] },
  '60.71': {
    name: 'basic.get-ok',
    layout: ['tag deliveryTag', 'bit redelivered', 'text exchange', 'text routingKey'],
  },
  '60.72': { name: 'basic.get-empty', layout: [] },
  '60.80': { name: 'basic.ack', layout: ['tag deliveryTag', 'bit multiple'] },
  '60.90': { name: 'basic.reject', layout: ['tag deliveryTag', 'bit requeue'] },
  '60.120': { name: 'basic.nack', layout: ['tag deliveryTag', 'bit multiple', 'bit requeue'] },
  '85.10': { name: 'confirm.select', layout: [] },
  '85.11': { name: 'confirm.select-ok', layout: [] },
};

/** @param payload of a method frame @returns its name, `class.method` in numbers where it is none of the known, and its fields @throws RangeError where it is cut short */
export function parseMethod(payload: Buffer): MethodFields & { method: string } {
  const numbers = `${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`;
  const method = methods[numbers];
  return { ...readFields(payload, method?.layout ?? []), method: method?.name ?? numbers };
}

function readFields(payload: Buffer, layout: Layout): MethodFields {
  const fields: Record<string, unknown> = {};
  let at = 4;
  let bit = 0;
  for (const field of layout) {
    const [type, name] = field.split(' ') as [FieldType, string];
    // neighbouring bits share an octet, the first in its lowest bit; the octet ends with the next field of another type
    if (type !== 'bit' && bit > 0) [at, bit] = [at + 1, 0];
    const [value, length] = readers[type](payload, at, bit);
    at += length;
    if (type === 'bit') bit += 1;
    if (!name.startsWith('-')) fields[name] = value;
  }
  return fields;
}

/** Each gives a value and how many octets it takes. A delivery tag is 64 bits long; a test never counts beyond 53. */
const readers: Record<FieldType, (payload: Buffer, at: number, bit: number) => [unknown, number]> = {
  short: (payload, at) => [payload.readUInt16BE(at), 2],
  tag: (payload, at) => [Number(payload.readBigUInt64BE(at)), 8],
  text: (payload, at) => {
    const length = payload.readUInt8(at);
    return [payload.toString('utf8', at + 1, at + 1 + length), 1 + length];
  },
  bit: (payload, at, bit) => [(payload.readUInt8(at) & (1 << bit)) !== 0, 0],
};
