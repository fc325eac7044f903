import { parseMethod, type MethodFields } from './amqp-methods.js';

/** A frame of AMQP 0-9-1 as it went over one connection, with the fields of its method. */
export interface AmqpFrame extends MethodFields {
  readonly direction: AmqpDirection;
  /** Number of the connection on its link, from 1. */
  readonly connection: number;
  /** `opening`: the protocol header, which comes before all frames. `unknown`: the bytes are not AMQP 0-9-1, nor is what follows. */
  readonly kind: 'opening' | 'method' | 'header' | 'body' | 'heartbeat' | 'unknown';
  readonly channel: number;
  /** Of a method frame, e.g. `basic.publish`; `60.111` where the method has no name here. */
  readonly method?: string;
  /** The whole frame as on the wire. */
  readonly bytes: Buffer;
}

export type AmqpDirection = 'to-broker' | 'from-broker';

/** Frame types of the specification (section 4.2.3). Heartbeats have type 8. */
const kinds: Partial<Record<number, AmqpFrame['kind']>> = { 1: 'method', 2: 'header', 3: 'body', 8: 'heartbeat' };

/** First octet of the protocol header "AMQP" 0 0 9 1; no frame type has this number. */
const openingStart = 'A'.charCodeAt(0);
const openingLength = 8;

/** Type, channel and size before the payload; the frame-end octet after it. */
const headLength = 7;
const frameEnd = 0xce;

/**
 * Splits the bytes of one direction of one connection into frames, in whatever pieces they come. Bytes that are not
 * AMQP 0-9-1 are given back as they come, and so is everything after them.
 */
export class FrameSplitter {
  private incomplete: Buffer[] = [];
  private size = 0;
  /** Less than this cannot be a frame: it saves joining the pieces of a long one again and again. */
  private needed = 1;
  private isLost = false;

  constructor(
    private readonly direction: AmqpDirection,
    private readonly connection: number,
  ) {}

  /** @returns the frames that these bytes complete */
  push(bytes: Buffer): AmqpFrame[] {
    this.incomplete.push(bytes);
    this.size += bytes.length;
    if (this.size < this.needed) return [];
    const frames: AmqpFrame[] = [];
    let left = this.rest();
    while (left.length > 0) {
      const length = this.isLost ? left.length : lengthOf(left);
      if (length === undefined || length > left.length) break;
      frames.push(this.frameOf(left.subarray(0, length)));
      left = left.subarray(length);
    }
    this.keep(left);
    return frames;
  }

  /** The start of a frame whose end has not come; forgets it. */
  rest(): Buffer {
    const [first, ...more] = this.incomplete;
    this.incomplete = [];
    this.size = 0;
    return first && more.length === 0 ? first : Buffer.concat(first ? [first, ...more] : []);
  }

  private keep(left: Buffer): void {
    this.needed = left.length === 0 ? 1 : (lengthOf(left) ?? headLength);
    if (left.length === 0) return;
    this.incomplete = [left];
    this.size = left.length;
  }

  private frameOf(bytes: Buffer): AmqpFrame {
    const { direction, connection } = this;
    const frame = (!this.isLost && parse(bytes)) || { kind: 'unknown', channel: 0 };
    this.isLost = frame.kind === 'unknown';
    return { direction, connection, ...frame, bytes };
  }
}

type ParsedFrame = Omit<AmqpFrame, 'direction' | 'connection' | 'bytes'>;

/** @returns undefined where it is no frame after all */
function parse(bytes: Buffer): ParsedFrame | undefined {
  if (bytes[0] === openingStart) return { kind: 'opening', channel: 0 };
  const kind = kinds[bytes[0] ?? 0];
  if (!kind || bytes[bytes.length - 1] !== frameEnd) return undefined;
  const channel = bytes.readUInt16BE(1);
  if (kind !== 'method') return { kind, channel };
  try {
    return { kind, channel, ...parseMethod(bytes.subarray(headLength, -1)) };
  } catch {
    return undefined;
  }
}

/** Length of the frame at the start of `bytes`; undefined where too few are there to tell. What is no frame is as long as all of it. */
function lengthOf(bytes: Buffer): number | undefined {
  const [type] = bytes;
  if (type === undefined) return undefined;
  if (type === openingStart) return openingLength;
  if (!kinds[type]) return bytes.length;
  return bytes.length < headLength ? undefined : headLength + bytes.readUInt32BE(3) + 1;
}
