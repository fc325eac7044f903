import { bytesOf } from './pickle-writer.js';

export interface ZipPart {
  name: string;
  bytes: Buffer;
  /** Changes to what the entry says of itself: in front of its bytes, and in the directory. */
  local?: (header: Buffer) => void;
  central?: (header: Buffer) => void;
  /** The name in front of its bytes where it is another. */
  localName?: string;
}

export interface ZipOptions {
  /** 64-bit sizes and places in every field that may have them. */
  zip64?: boolean;
  end?: (record: Buffer) => void;
  end64?: (record: Buffer) => void;
  comment?: string;
}

/** A zip archive of stored entries, aligned to 64 bytes as PyTorch's are, with whatever lies a test wants to tell. */
export function writeZip(parts: readonly ZipPart[], options: ZipOptions = {}): Buffer {
  const { zip64 = false, comment = '' } = options;
  const blocks: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const add = (block: Buffer): void => void (at += blocks.push(block) && block.length);
  for (const part of parts) {
    const start = at;
    add(localHeader(part, at, zip64));
    add(part.bytes);
    directory.push(centralHeader(part, start, zip64));
  }
  const start = at;
  for (const header of directory) add(header);
  const bytes = at - start;
  if (zip64) {
    const record = Buffer.concat([
      ...[bytesOf(4, 0x06064b50), bytesOf(8, 44), bytesOf(4, 0), bytesOf(8, 0)],
      ...[parts.length, parts.length, bytes, start].map((value) => bytesOf(8, value)),
    ]);
    options.end64?.(record);
    const place = at;
    add(record);
    add(Buffer.concat([bytesOf(4, 0x07064b50), bytesOf(4, 0), bytesOf(8, place), bytesOf(4, 1)]));
  }
  const count = zip64 ? 0xffff : parts.length;
  const end = Buffer.concat([
    ...[bytesOf(4, 0x06054b50), bytesOf(4, 0), bytesOf(2, count), bytesOf(2, count)],
    ...[bytes, start].map((value) => bytesOf(4, zip64 ? 0xffff_ffff : value)),
    bytesOf(2, comment.length),
  ]);
  options.end?.(end);
  return Buffer.concat([...blocks, end, Buffer.from(comment)]);
}

function localHeader({ name, localName = name, bytes, local }: ZipPart, at: number, zip64: boolean): Buffer {
  const wide = zip64 ? Buffer.concat([bytesOf(2, 1), bytesOf(2, 16), sizes(bytes, 8)]) : Buffer.alloc(0);
  const unaligned = at + 30 + Buffer.byteLength(localName) + wide.length + 4;
  const padding = (64 - (unaligned % 64)) % 64;
  const extra = Buffer.concat([wide, Buffer.from('FB'), bytesOf(2, padding), Buffer.alloc(padding, 'Z')]);
  const header = Buffer.concat([
    ...[bytesOf(4, 0x04034b50), bytesOf(2, 45), bytesOf(2, 0x800), bytesOf(2, 0), bytesOf(8, 0)],
    zip64 ? Buffer.alloc(8, 0xff) : sizes(bytes, 4),
    ...[bytesOf(2, Buffer.byteLength(localName)), bytesOf(2, extra.length), Buffer.from(localName), extra],
  ]);
  local?.(header);
  return header;
}

function centralHeader({ name, bytes, central }: ZipPart, start: number, zip64: boolean): Buffer {
  const wide = [bytesOf(2, 1), bytesOf(2, 24), sizes(bytes, 8), bytesOf(8, start)];
  const extra = Buffer.concat(zip64 ? wide : []);
  const header = Buffer.concat([
    ...[bytesOf(4, 0x02014b50), bytesOf(2, 45), bytesOf(2, 45), bytesOf(2, 0x800), bytesOf(2, 0), bytesOf(8, 0)],
    zip64 ? Buffer.alloc(8, 0xff) : sizes(bytes, 4),
    ...[bytesOf(2, Buffer.byteLength(name)), bytesOf(2, extra.length), Buffer.alloc(10)],
    zip64 ? Buffer.alloc(4, 0xff) : bytesOf(4, start),
    ...[Buffer.from(name), extra],
  ]);
  central?.(header);
  return header;
}

function sizes({ length }: Buffer, bytes: 4 | 8): Buffer {
  return Buffer.concat([bytesOf(bytes, length), bytesOf(bytes, length)]);
}
