import { broken } from './pytorch-error.js';

/** Bytes of a file, without moving anywhere in it. */
export type ReadBytes = (position: number, length: number) => Buffer;

const chunkBytes = 1 << 16;
const longestString = 1 << 20;
const longestLine = 512;
const lineFeed = 0x0a;

/** The bytes of pickles in a part of a file, read one after the other and never all at once. */
export class PickleInput {
  private chunk: Buffer = Buffer.alloc(0);
  private chunkStart: number;
  private next = 0;

  /**
   * @param file the file's name, for messages
   * @param start first byte of the part
   * @param end first byte behind it
   */
  constructor(
    readonly file: string,
    private readonly read: ReadBytes,
    start: number,
    private readonly end: number,
  ) {
    this.chunkStart = start;
  }

  /** Where the next byte lies in the file. */
  get position(): number {
    return this.chunkStart + this.next;
  }

  byte(): number {
    if (this.next === this.chunk.length) this.fill(1);
    return this.chunk[this.next++]!;
  }

  /** `count` bytes, good until the next call. */
  bytes(count: number): Buffer {
    if (this.chunk.length - this.next < count) this.fill(count);
    const bytes = this.chunk.subarray(this.next, this.next + count);
    this.next += count;
    return bytes;
  }

  /** UTF-8 of a length that the pickle claims. */
  text(length: number): string {
    if (length > longestString) throw broken(this.file, `its pickle has a string of ${length} bytes`);
    return this.bytes(length).toString('utf8');
  }

  /** What stands before the next line feed. */
  line(): string {
    const bytes: number[] = [];
    for (let byte = this.byte(); byte !== lineFeed; byte = this.byte()) {
      if (bytes.push(byte) > longestLine) throw broken(this.file, `its pickle has a line of over ${longestLine} bytes`);
    }
    return Buffer.from(bytes).toString('utf8');
  }

  /** Eight bytes as an unsigned number. */
  length(): number {
    const length = Number(this.bytes(8).readBigUInt64LE());
    if (length > this.end - this.position) throw this.truncated();
    return length;
  }

  private fill(count: number): void {
    const { position } = this;
    if (count > this.end - position) throw this.truncated();
    this.chunk = this.read(position, Math.min(Math.max(count, chunkBytes), this.end - position));
    this.chunkStart = position;
    this.next = 0;
  }

  private truncated() {
    return broken(this.file, 'its pickle ends in the middle (truncated?)');
  }
}
