/* Real here: sharp. Pictures that are sound, and not as most are; those that mean harm are in hostile-pictures.spec.ts. */
import sharp, { type Sharp } from 'sharp';
import { allowOurFormatsAlone, type DecodedPicture } from '../src/decoding/index.js';
import { decode } from './support/decode.js';
import { flat, formats } from './support/pictures.js';

beforeAll(allowOurFormatsAlone);

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
