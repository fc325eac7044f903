import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function chunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, -4)), framed.length - 4);
  return framed;
}

/** A PNG in grey whose header claims a size, whatever it holds; `ancillary` chunks stand before its pixels. */
export function pngClaiming(width: number, height: number, ancillary: readonly Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = deflateSync(Buffer.alloc(Math.min(height * (width + 1), 1e6), 0));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...ancillary,
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A text of that many letters, packed to a thousandth. */
export function packedText(letters: number): Buffer {
  return chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(letters, 'A'))]));
}

/** A GIF of 35 bytes: the size of its canvas, and of its one frame. */
export function gifClaiming(canvas: readonly [number, number], frame: readonly [number, number]): Buffer {
  const sizes = Buffer.alloc(4);
  sizes.writeUInt16LE(canvas[0], 0);
  sizes.writeUInt16LE(canvas[1], 2);
  const place = Buffer.alloc(9);
  place.writeUInt16LE(frame[0], 4);
  place.writeUInt16LE(frame[1], 6);
  const colours = Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
  return Buffer.concat([
    Buffer.from('GIF89a'),
    sizes,
    colours,
    Buffer.from([0x2c]),
    place,
    Buffer.from([2, 2, 0x44, 1, 0, 0x3b]),
  ]);
}

/** A small JPEG, AVIF, WebP or TIFF that claims to be huge. */
export async function claiming(
  format: 'jpeg' | 'avif' | 'webp' | 'tiff',
  width: number,
  height: number,
): Promise<Buffer> {
  const picture = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#ff000080' } })
    .toFormat(format)
    .toBuffer();
  if (format === 'jpeg') {
    const frame = picture.indexOf(Buffer.from([0xff, 0xc0]));
    picture.writeUInt16BE(height, frame + 5);
    picture.writeUInt16BE(width, frame + 7);
  } else if (format === 'avif') {
    const size = picture.indexOf('ispe');
    picture.writeUInt32BE(width, size + 8);
    picture.writeUInt32BE(height, size + 12);
  } else if (format === 'webp') {
    const size = picture.indexOf('VP8X') + 12;
    picture.writeUIntLE(width - 1, size, 3);
    picture.writeUIntLE(height - 1, size + 3, 3);
  } else {
    setTiffTag(picture, 256, width);
    setTiffTag(picture, 257, height);
  }
  return picture;
}

/** Writes a number to a tag of the first directory of a little-endian TIFF. */
function setTiffTag(tiff: Buffer, tag: number, value: number): void {
  const directory = tiff.readUInt32LE(4);
  for (let entry = 0; entry < tiff.readUInt16LE(directory); entry++) {
    const at = directory + 2 + 12 * entry;
    if (tiff.readUInt16LE(at) !== tag) continue;
    tiff.writeUInt16LE(4, at + 2);
    tiff.writeUInt32LE(value, at + 8);
  }
}

/**
 * A progressive JPEG of 40 megapixels that says the same thing again and again: each scan of 61 bytes has the decoder walk
 * through all of its coefficients (3 ms), and its limits of warnings and of bytes see nothing wrong.
 */
export async function scanBomb(scans: number): Promise<Buffer> {
  const picture = await sharp({ create: { width: 6300, height: 6300, channels: 3, background: '#888' } })
    .jpeg({ progressive: true })
    .toBuffer();
  const segments = segmentsOf(picture);
  const first = segments.findIndex(([marker]) => marker === startOfScan);
  const coefficients = segments.findIndex(([marker], index) => marker === startOfScan && index > first);
  const scan = Buffer.from(segments[coefficients]![1]);
  // no successive approximation: such a scan may be repeated
  scan[1 + scan.readUInt16BE(2)] = 0;
  const before = segments.slice(0, coefficients).map(([, bytes]) => bytes);
  const endOfPicture = Buffer.from([0xff, 0xd9]);
  return Buffer.concat([picture.subarray(0, 2), ...before, ...Array.from({ length: scans }, () => scan), endOfPicture]);
}

const startOfScan = 0xda;

/** A JPEG's segments after its first marker: marker and bytes, a scan with its data. */
function segmentsOf(jpeg: Buffer): [marker: number, bytes: Buffer][] {
  const segments: [number, Buffer][] = [];
  for (let at = 2; jpeg[at + 1] !== 0xd9;) {
    const marker = jpeg[at + 1]!;
    let end = at + 2 + jpeg.readUInt16BE(at + 2);
    // within a scan, 0xff is followed by 0 or by a restart marker
    if (marker === startOfScan) while (jpeg[end] !== 0xff || !isMarker(jpeg[end + 1]!)) end++;
    segments.push([marker, jpeg.subarray(at, end)]);
    at = end;
  }
  return segments;
}

function isMarker(byte: number): boolean {
  return byte !== 0 && (byte < 0xd0 || byte > 0xd7);
}
