/* Real here: sharp, the processes that pictures are decoded in, and pictures that mean harm. */
import sharp, { type Sharp } from 'sharp';
import { allowOurFormatsAlone, decodePicture, type DecodedPicture } from '../src/decoding/index.js';
import { startDecoding } from './support/decoding.js';
import { claiming, gifClaiming, packedText, pngClaiming, scanBomb } from './support/hostile-pictures.js';
import { pngPicture } from './support/pictures.js';

const formats = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;
const decode = (bytes: Uint8Array): Promise<DecodedPicture> => decodePicture(bytes, { size: 96, alpha: 'white' });

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
    const before = process.resourceUsage().maxRSS;
    await expect(decode(bytes)).rejects.toMatchObject(tooLarge);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(50_000);
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
    const before = process.resourceUsage().maxRSS;
    expect(await decode(bytes)).toMatchObject({ width: 4, height: 4 });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(50_000);
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

describe('an animation', () => {
  const frames = Buffer.concat([10, 240, 120].map((grey) => Buffer.alloc(16 * 16 * 3, grey)));
  const animation = () => sharp(frames, { raw: { width: 16, height: 48, channels: 3, pageHeight: 16 } });

  it.each<[string, (from: Sharp) => Sharp]>([
    ['GIF', (from) => from.gif()],
    ['WebP', (from) => from.webp({ lossless: true })],
    ['TIFF of several pages', (from) => from.tiff({ compression: 'lzw' })],
  ])('shows its first frame: %s', async (_, encode) => {
    const bytes = await encode(animation()).toBuffer();
    expect((await sharp(bytes, { animated: true }).metadata()).pages).toBe(3);
    const picture = await decode(bytes);
    expect([picture.width, picture.height]).toEqual([16, 16]);
    expect(Math.max(...picture.pixels.filter((_value, index) => index % 4 !== 3))).toBeLessThan(20);
  });
});

describe('colours', () => {
  const red = {
    create: { width: 16, height: 16, channels: 4 as const, background: { r: 200, g: 30, b: 40, alpha: 1 } },
  };
  const glassy = {
    create: { width: 16, height: 16, channels: 4 as const, background: { r: 200, g: 30, b: 40, alpha: 0.5 } },
  };
  const glass = {
    create: { width: 16, height: 16, channels: 4 as const, background: { r: 200, g: 30, b: 40, alpha: 0 } },
  };
  const halfWhite = [228, 143, 148];

  it.each<[string, () => Sharp, number[]]>([
    ['CMYK as JPEG', () => sharp(red).flatten().toColourspace('cmyk').jpeg({ quality: 100 }), [200, 30, 40]],
    ['CMYK as TIFF', () => sharp(red).flatten().toColourspace('cmyk').tiff({ compression: 'lzw' }), [200, 30, 40]],
    ['16 bits as PNG', () => sharp(red).flatten().toColourspace('rgb16').png(), [200, 30, 40]],
    ['16 bits as TIFF', () => sharp(red).flatten().toColourspace('rgb16').tiff({ compression: 'lzw' }), [200, 30, 40]],
    ['16 bits of grey', () => sharp(red).flatten().toColourspace('grey16').png(), [109, 109, 109]],
    ['grey', () => sharp(red).flatten().greyscale().jpeg(), [87, 87, 87]],
    ['Lab as TIFF', () => sharp(red).flatten().toColourspace('lab').tiff({ compression: 'lzw' }), [200, 30, 40]],
    ['a palette', () => sharp(red).png({ palette: true }), [200, 30, 40]],
    ['half transparent, as PNG', () => sharp(glassy).png(), halfWhite],
    ['half transparent, as WebP', () => sharp(glassy).webp({ lossless: true }), halfWhite],
    ['half transparent, as AVIF', () => sharp(glassy).avif({ lossless: true }), halfWhite],
    ['half transparent, with 16 bits', () => sharp(glassy).toColourspace('rgb16').png(), halfWhite],
    ['transparent, as GIF', () => sharp(glass).gif(), [255, 255, 255]],
  ])('come out as they are seen: %s', async (_, draw, expected) => {
    const { pixels } = await decode(await draw().toBuffer());
    const difference = expected.map((value, channel) => Math.abs(pixels[channel]! - value));
    expect(Math.max(...difference)).toBeLessThan(30);
    expect(pixels[3]).toBe(255);
  });
});

describe('EXIF orientation', () => {
  // what lies in the corners of the stored picture, and in which order it is seen: top left, top right, bottom left, bottom right
  const seen: Record<number, string> = {
    1: 'red green blue white',
    2: 'green red white blue',
    3: 'white blue green red',
    4: 'blue white red green',
    5: 'red blue green white',
    6: 'blue red white green',
    7: 'white green blue red',
    8: 'green white red blue',
  };
  const turned = [5, 6, 7, 8];

  it.each(
    (['jpeg', 'png', 'webp', 'tiff'] as const).flatMap((format) =>
      Object.keys(seen).map((orientation) => [Number(orientation), format] as const),
    ),
  )('%i of a %s is undone', async (orientation, format) => {
    const picture = await decode(await quarters().withMetadata({ orientation }).toFormat(format).toBuffer());
    expect([picture.width, picture.height]).toEqual(turned.includes(orientation) ? [48, 64] : [64, 48]);
    expect(corners(picture)).toBe(seen[orientation]);
  });

  it.each([0, 9, 65_535])('%i, which there is not, changes nothing', async (orientation) => {
    const exif = Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
    exif.writeUInt16LE(orientation, 24);
    const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
    const jpeg = await quarters().jpeg().toBuffer();
    const picture = await decode(Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]));
    expect(corners(picture)).toBe(seen[1]);
  });
});

describe('a picture of an odd shape', () => {
  it.each<[number, number, readonly (typeof formats)[number][]]>([
    [1, 1, formats],
    [20_000, 1, ['jpeg', 'png', 'gif', 'tiff']],
    [1, 20_000, ['jpeg', 'png', 'gif', 'tiff']],
    [65_535, 1, ['png', 'gif']],
    [1, 65_535, ['png', 'gif']],
  ])('is read: %i × %i', async (width, height, those) => {
    for (const format of those) {
      const picture = await decode(await flat(width, height).toFormat(format).toBuffer());
      expect([picture.width, picture.height]).toEqual([width, height]);
      const colours = picture.pixels.filter((_value, index) => index % 4 !== 3);
      expect(colours.every((value) => value > 90 && value < 166)).toBe(true);
    }
  });
});

function flat(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#808080' } });
}

/** Red, green, blue and white, a quarter each. */
function quarters(): Sharp {
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  const pixels = Buffer.alloc(64 * 48 * 3);
  for (let at = 0; at < 64 * 48; at++) pixels.set(colours[(at % 64 < 32 ? 0 : 1) + (at < 64 * 24 ? 0 : 2)]!, at * 3);
  return sharp(pixels, { raw: { width: 64, height: 48, channels: 3 } });
}

/** The colours in the middle of each quarter. */
function corners({ width, height, pixels }: DecodedPicture): string {
  const names = ['black', 'red', 'green', 'yellow', 'blue', 'purple', 'cyan', 'white'];
  return [0.25, 0.75]
    .flatMap((down) =>
      [0.25, 0.75].map((across) => 4 * (Math.floor(height * down) * width + Math.floor(width * across))),
    )
    .map((at) => names[[0, 1, 2].reduce((bits, channel) => bits + (pixels[at + channel]! > 127 ? 1 << channel : 0), 0)])
    .join(' ');
}
