import { crc32 } from 'node:zlib';

/** How a kind of picture is built, so far that it can be built otherwise. */
export interface Format {
  /** Its pieces; joined, they are the picture again. */
  split(bytes: Buffer): Buffer[];
  /** Claims another size, in place; nothing where it has none to claim. */
  claim(bytes: Buffer, width: number, height: number): void;
  /** Makes a piece consistent after it was changed. */
  mend?(piece: Buffer): void;
}

/** Pieces from place to place; `next` says where the one at a place ends, or where none does. */
function pieces(bytes: Buffer, from: number, next: (at: number) => number | undefined): Buffer[] {
  const found = [bytes.subarray(0, from)];
  let at = from;
  for (let end = next(at); end !== undefined && end > at && end <= bytes.length; end = next(at)) {
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return [...found, bytes.subarray(at)].filter((piece) => piece.length > 0);
}

function writeAt(bytes: Buffer, at: number, size: 2 | 3 | 4, order: 'BE' | 'LE', number: number): void {
  if (at < 0 || at + size > bytes.length) return;
  const value = number % 2 ** (8 * size);
  if (order === 'BE') bytes.writeUIntBE(value, at, size);
  else bytes.writeUIntLE(value, at, size);
}

const png: Format = {
  split: (bytes) => pieces(bytes, 8, (at) => (at + 8 <= bytes.length ? at + 12 + bytes.readUInt32BE(at) : undefined)),
  claim(bytes, width, height) {
    writeAt(bytes, 16, 4, 'BE', width);
    writeAt(bytes, 20, 4, 'BE', height);
    if (bytes.length >= 33) bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  },
  mend(chunk) {
    if (chunk.length >= 12) chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  },
};

const frames = [0xc0, 0xc1, 0xc2];
const startOfScan = 0xda;

const jpeg: Format = {
  split: (bytes) =>
    pieces(bytes, 2, (at) => {
      if (at + 4 > bytes.length || bytes[at] !== 0xff) return undefined;
      let end = at + 2 + bytes.readUInt16BE(at + 2);
      if (bytes[at + 1] !== startOfScan) return end;
      while (
        end + 1 < bytes.length &&
        !(bytes[end] === 0xff && bytes[end + 1]! !== 0 && (bytes[end + 1]! & 0xf8) !== 0xd0)
      )
        end++;
      return end;
    }),
  claim(bytes, width, height) {
    const frame = bytes.findIndex((byte, at) => byte === 0xff && frames.includes(bytes[at + 1] ?? 0));
    if (frame < 0) return;
    writeAt(bytes, frame + 5, 2, 'BE', height);
    writeAt(bytes, frame + 7, 2, 'BE', width);
  },
};

const webp: Format = {
  split: (bytes) =>
    pieces(bytes, 12, (at) => {
      if (at + 8 > bytes.length) return undefined;
      const length = bytes.readUInt32LE(at + 4);
      return at + 8 + length + (length & 1);
    }),
  claim(bytes, width, height) {
    const [extended, lossless, lossy] = ['VP8X', 'VP8L', 'VP8 '].map((name) => bytes.indexOf(name)) as [
      number,
      number,
      number,
    ];
    if (extended >= 0) {
      writeAt(bytes, extended + 12, 3, 'LE', Math.max(0, width - 1));
      writeAt(bytes, extended + 15, 3, 'LE', Math.max(0, height - 1));
    } else if (lossless >= 0) {
      writeAt(bytes, lossless + 9, 4, 'LE', ((width - 1) & 0x3fff) + ((height - 1) & 0x3fff) * 0x4000);
    } else if (lossy >= 0) {
      writeAt(bytes, lossy + 14, 2, 'LE', width & 0x3fff);
      writeAt(bytes, lossy + 16, 2, 'LE', height & 0x3fff);
    }
  },
};

const gif: Format = {
  // extensions and images begin with these bytes; some of them are data, which is as good a place to cut
  split: (bytes) =>
    pieces(bytes, 13, (at) => {
      const next = [0x21, 0x2c].map((byte) => bytes.indexOf(byte, at + 1)).filter((found) => found > 0);
      return next.length > 0 ? Math.min(...next) : undefined;
    }),
  claim(bytes, width, height) {
    const image = bytes.indexOf(0x2c, 13);
    for (const at of width % 2 === 0 ? [6] : [6, image + 5]) {
      writeAt(bytes, at, 2, 'LE', width);
      writeAt(bytes, at + 2, 2, 'LE', height);
    }
  },
};

const tiff: Format = {
  split: (bytes) => pieces(bytes, 8, (at) => (at < bytes.length ? Math.min(bytes.length, at + 12) : undefined)),
  claim(bytes, width, height) {
    const order = bytes[0] === 0x49 ? 'LE' : 'BE';
    if (bytes.length < 10) return;
    const directory = order === 'LE' ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4);
    for (let at = directory + 2; at + 12 <= bytes.length && at < directory + 400; at += 12) {
      const tag = order === 'LE' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
      if (tag !== 256 && tag !== 257) continue;
      writeAt(bytes, at + 2, 2, order, 4);
      writeAt(bytes, at + 8, 4, order, tag === 256 ? width : height);
    }
  },
};

const boxesWithBoxes = ['meta', 'iprp', 'ipco', 'iref', 'dinf', 'iinf'];

const avif: Format = {
  split: (bytes) => pieces(bytes, 0, (at) => boxEnd(bytes, at)),
  claim(bytes, width, height) {
    const size = bytes.indexOf('ispe');
    if (size < 0) return;
    writeAt(bytes, size + 8, 4, 'BE', width);
    writeAt(bytes, size + 12, 4, 'BE', height);
  },
};

/** Where a box ends; one that holds others is cut off after its own header. */
function boxEnd(bytes: Buffer, at: number): number | undefined {
  if (at + 8 > bytes.length) return undefined;
  const type = bytes.toString('latin1', at + 4, at + 8);
  if (!boxesWithBoxes.includes(type)) return at + Math.max(8, bytes.readUInt32BE(at));
  const [full, counted] = [type === 'meta' || type === 'iref' || type === 'iinf', type === 'iinf'];
  return at + 8 + (full ? 4 : 0) + (counted ? 2 : 0);
}

/** How a picture is built, by its first bytes. */
export function formatOf(bytes: Buffer): Format | undefined {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\x89PNG')) return png;
  if (head.startsWith('\xff\xd8')) return jpeg;
  if (head.startsWith('RIFF')) return webp;
  if (head.startsWith('GIF8')) return gif;
  if (head.startsWith('II*') || head.startsWith('MM')) return tiff;
  return head.slice(4, 8) === 'ftyp' ? avif : undefined;
}
