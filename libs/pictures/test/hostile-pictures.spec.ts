/* Real here: sharp, the processes that pictures are decoded in, and pictures that mean harm. */
import sharp from 'sharp';
import { MemoryMeter } from '../../../test/support/memory-meter.js';
import { allowOurFormatsAlone, type DecodedPicture } from '../src/decoding/index.js';
import { decode } from './support/decode.js';
import { startDecoding } from './support/decoding.js';
import { claiming, gifClaiming, packedText, pngClaiming, scanBomb } from './support/hostile-pictures.js';
import { flat, formats, pngPicture } from './support/pictures.js';

beforeAll(allowOurFormatsAlone);

describe('a decompression bomb', () => {
  const tooLarge = { code: 'picture-too-large', retryable: false };

  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ['PNG of 70 bytes', () => pngClaiming(65_535, 65_535)],
    ['PNG one row above 40 megapixels', () => pngClaiming(8_000, 5_001)],
    ['PNG that is all but a line', () => pngClaiming(65_536, 1)],
    ['GIF of 35 bytes', () => gifClaiming([65_535, 65_535], [65_535, 65_535])],
    ['GIF whose frame is larger than its canvas', () => gifClaiming([4, 4], [65_535, 65_535])],
    ['JPEG', () => claiming('jpeg', 65_500, 65_500)],
    ['AVIF', () => claiming('avif', 65_000, 65_000)],
    ['TIFF', () => claiming('tiff', 65_000, 65_000)],
  ])('is refused by its header, before it is unpacked: a %s', async (_, draw) => {
    const bytes = await draw();
    const memory = new MemoryMeter();
    await expect(decode(bytes)).rejects.toMatchObject(tooLarge);
    expect(memory.bytes()).toBeLessThan(50e6);
  });

  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ['a WebP whose canvas is not its picture’s', () => claiming('webp', 16_384, 16_384)],
    ['a PNG beyond what a PNG can be', () => pngClaiming(2 ** 32 - 1, 2 ** 32 - 1)],
    ['a PNG without a size', () => pngClaiming(0, 0)],
    ['a TIFF beyond 31 bits', () => claiming('tiff', 2 ** 31, 2 ** 31)],
    ['a TIFF that has a ten-thousandth of its pixels', () => claiming('tiff', 6_000, 6_000)],
    ['an AVIF that has a ten-thousandth of its pixels', () => claiming('avif', 6_000, 6_000)],
  ])('is refused where its sizes cannot be true: %s', async (_, draw) => {
    await expect(decode(await draw())).rejects.toMatchObject({ code: 'picture-truncated', retryable: false });
  });

  it('is none with exactly 40 megapixels', async () => {
    const picture = await decode(await flat(8_000, 5_000).png().toBuffer());
    expect([picture.width, picture.height]).toEqual([8_000, 5_000]);
  });

  it('is not unpacked where it lies in a PNG’s texts', async () => {
    const texts = Array.from({ length: 10 }, () => packedText(20e6));
    const bytes = pngClaiming(4, 4, texts);
    expect(bytes.length).toBeLessThan(250_000);
    const memory = new MemoryMeter();
    expect(await decode(bytes)).toMatchObject({ width: 4, height: 4 });
    expect(memory.bytes()).toBeLessThan(50e6);
  });
});

describe('the time limit on decoding', () => {
  const caller = new AbortController().signal;
  /** The time of a call counts the start of its process. The bomb takes half a minute. */
  const limitS = 4;

  // from source a process is compiled at its first start, which the limit is not meant for
  beforeAll(async () => {
    const decoding = startDecoding(1, { seconds: 300 });
    await decoding.call(await pngPicture(0), caller).finally(() => decoding.close());
  }, 300_000);

  it('ends a decoder that never looks at the time, and the others’ pictures wait no longer than that', async () => {
    const decoding = startDecoding(1, { seconds: limitS });
    try {
      const slow = decoding.call(await scanBomb(10_000), caller);
      const others = [1, 2, 3].map(async (seed) => decoding.call(await pngPicture(seed), caller));
      await expect(slow).rejects.toMatchObject({ code: 'picture-too-slow', retryable: false });
      for (const picture of await Promise.all(others)) expect(picture).toMatchObject({ width: 48, height: 36 });
    } finally {
      await decoding.close();
    }
  });

  it('leaves the other process of two at its work', async () => {
    const decoding = startDecoding(2);
    try {
      const slow = decoding.call(await scanBomb(10_000), caller);
      let isOver = false;
      slow.catch(() => (isOver = true));
      for (const seed of [1, 2, 3]) await decoding.call(await pngPicture(seed), caller);
      expect(isOver).toBe(false);
    } finally {
      await decoding.close();
    }
  });
});

describe('what is no picture, or another than it says', () => {
  it.each([
    ['nothing', ''],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    [
      'SVG after a prologue',
      '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    ],
    ['SVG, packed', '\x1f\x8b\x08\0\0\0\0\0\0\x03'],
    ['PDF', '%PDF-1.7\n'],
    ['PostScript', '%!PS-Adobe-3.0'],
    ['BMP', 'BM\x3a\0\0\0\0\0\0\0'],
    ['ICO', '\0\0\x01\0\x01\0'],
    ['PSD', '8BPS\0\x01'],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['JPEG XL', '\xff\x0a\0\0'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['OpenEXR', 'v/1\x01'],
    ['PPM', 'P6 9 9 255\n'],
    ['FITS', 'SIMPLE  =                    T'],
    ['MVG of ImageMagick', 'push graphic-context\nimage over 0,0 0,0 "/etc/passwd"'],
    ['a page', '<!DOCTYPE html><img src="a.png">'],
    ['a ZIP', 'PK\x03\x04'],
  ])('is not decoded: %s', async (_, text) => {
    await expect(decode(Buffer.from(text, 'latin1'))).rejects.toMatchObject({
      code: 'not-a-picture',
      retryable: false,
    });
  });

  it.each([
    ['JPEG', '\xff\xd8\xff'],
    ['PNG', '\x89PNG\r\n\x1a\n'],
    ['WebP', 'RIFF\x90\0\0\0WEBP'],
    ['GIF', 'GIF89a'],
    ['AVIF', '\0\0\0\x20ftypavif'],
    ['TIFF', 'II*\0'],
  ])('is not decoded behind the first bytes of a %s', async (_, start) => {
    for (const inside of [
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      '%PDF-1.7\n',
      '\0'.repeat(99),
    ]) {
      const disguised = Buffer.from(`${start}${inside}`, 'latin1');
      await expect(decode(disguised)).rejects.toMatchObject({ code: 'picture-truncated', retryable: false });
    }
  });
});

describe.each(formats)('a %s that ends early', (format) => {
  it('is refused wherever it ends, unless it shows what the whole one shows', async () => {
    const whole = await sharp(await pngPicture(5, 64, 48))
      .toFormat(format)
      .toBuffer();
    const { pixels } = await decode(whole);
    const lengths = new Set([
      ...Array.from({ length: 40 }, (_, part) => Math.floor((whole.length * part) / 40)),
      ...last(whole.length),
    ]);
    let refused = 0;
    for (const length of lengths) {
      const outcome = await decode(whole.subarray(0, length)).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({
          code: length < 12 ? expect.any(String) : 'picture-truncated',
          retryable: false,
        });
        refused++;
      } else {
        expect(Buffer.compare((outcome as DecodedPicture).pixels, pixels)).toBe(0);
      }
    }
    expect(refused).toBeGreaterThanOrEqual(40);
  });

  const last = (length: number): number[] => [1, 2, 3, 4, 8, 12, 20].map((missing) => length - missing);
});
