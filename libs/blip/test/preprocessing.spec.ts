/* Real here: sharp, and pictures with the bytes that transformers' BlipImageProcessor (PIL) made of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodePicture } from '../src/preprocessing/decode-picture.js';
import { resample, type Picture } from '../src/preprocessing/resample.js';
import { goldenDirectory } from './support/golden-checkpoint.js';
import { pngPicture } from './support/pictures.js';

const size = 384;
const directory = join(goldenDirectory, 'preprocessing');

describe('resampling', () => {
  it.each(['100x80.png', '300x500.png', '383x769.png', 'palette.png', 'la.png', 'rgba.png', 'q90.jpg'])(
    'makes of %s exactly the bytes that the reference makes',
    async (file) => {
      const picture = await decodePicture(await readFile(join(directory, file)), { size, alpha: 'dropped' });
      expect(largestDifference(resample(picture, size), await reference(file))).toBe(0);
    },
  );

  it('turns a picture upright after its EXIF orientation, which the reference’s processor leaves to its caller', async () => {
    const turned = await decodePicture(await readFile(join(directory, 'exif6.jpg')), { size, alpha: 'dropped' });
    const lying = await decodePicture(await readFile(join(directory, 'q90.jpg')), { size, alpha: 'dropped' });
    expect([turned.width, turned.height]).toEqual([lying.height, lying.width]);
    expect(largestDifference(turnedBack(turned).pixels, lying.pixels)).toBe(0);
  });

  it('differs by at most 2 of 255 where a large JPEG is decoded at a fraction of its size', async () => {
    const source = await readFile(join(directory, '383x769.png'));
    const jpeg = await sharp(source).resize(2400, 1800, { fit: 'fill' }).jpeg({ quality: 92 }).toBuffer();
    const shrunk = await decodePicture(jpeg, { size, alpha: 'white' });
    expect([shrunk.width, shrunk.height]).toEqual([1200, 900]);
    const whole = await sharp(jpeg).ensureAlpha().raw().toBuffer();
    const exact = resample({ width: 2400, height: 1800, pixels: whole }, size);
    expect(largestDifference(resample(shrunk, size), exact)).toBeLessThanOrEqual(2);
  });

  it('passes a picture of the right size through', () => {
    const pixels = Uint8Array.from({ length: 4 * 3 * 3 }, (_, index) => index);
    expect([...resample({ width: 3, height: 3, pixels }, 3)]).toEqual(
      [...pixels].filter((_, index) => index % 4 !== 3),
    );
  });
});

describe('decoding', () => {
  const decode = (bytes: Uint8Array): Promise<Picture> => decodePicture(bytes, { size, alpha: 'white' });
  const colour = (red: number, green: number, blue: number, alpha = 1) => ({
    create: { width: 8, height: 8, channels: 4 as const, background: { r: red, g: green, b: blue, alpha } },
  });
  const firstPixel = ({ pixels }: Picture): number[] => [...pixels.subarray(0, 3)];

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('reads %s', async (format) => {
    const { width, height, pixels } = await decode(
      await sharp(colour(200, 40, 90))
        .toFormat(format)
        .toBuffer(),
    );
    expect([width, height, pixels.length]).toEqual([8, 8, 256]);
    for (const [index, value] of [200, 40, 90].entries()) expect(Math.abs(pixels[index]! - value)).toBeLessThan(12);
  });

  it('reads an AVIF whose major brand is that of any HEIF picture, as some encoders write it', async () => {
    const avif = await sharp(colour(200, 40, 90))
      .avif()
      .toBuffer();
    expect(avif.toString('latin1', 8, 12)).toBe('avif');
    avif.write('mif1', 8, 'latin1');
    const { width, height } = await decode(avif);
    expect([width, height]).toEqual([8, 8]);
  });

  it('shows white where a picture is transparent', async () => {
    expect(
      firstPixel(
        await decode(
          await sharp(colour(10, 20, 30, 0))
            .png()
            .toBuffer(),
        ),
      ),
    ).toEqual([255, 255, 255]);
  });

  it('reads CMYK, grey and 16-bit pictures as RGB', async () => {
    const cmyk = await sharp(colour(250, 250, 250))
      .flatten()
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    const grey = await sharp(colour(90, 90, 90))
      .flatten()
      .greyscale()
      .png()
      .toBuffer();
    const deep = await sharp(colour(200, 100, 50))
      .flatten()
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect(Math.min(...firstPixel(await decode(cmyk)))).toBeGreaterThan(230);
    expect(firstPixel(await decode(grey))).toEqual([90, 90, 90]);
    expect(firstPixel(await decode(deep))).toEqual([200, 100, 50]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 10), Buffer.alloc(8 * 8 * 3, 240)]);
    const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif()
      .toBuffer();
    expect((await sharp(gif, { animated: true }).metadata()).pages).toBe(2);
    const picture = await decode(gif);
    expect(picture.height).toBe(8);
    expect(picture.pixels[0]).toBeLessThan(20);
  });

  it.each([
    [1, 1],
    [20_000, 1],
    [1, 3],
  ])('reads a picture of %i × %i and resamples it', async (width, height) => {
    const picture = await decode(await pngPicture(1, width, height));
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(resample(picture, 64)).toHaveLength(64 * 64 * 3);
  });

  it('refuses what is no picture, by its bytes and not by its name', async () => {
    for (const text of [
      '',
      'hello',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      '%PDF-1.7\n',
      'BM',
    ]) {
      await expect(decode(Buffer.from(text))).rejects.toMatchObject({ code: 'not-a-picture', retryable: false });
    }
  });

  it('keeps the other loaders of sharp shut', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(sharp(svg).metadata()).rejects.toThrow();
  });

  it('refuses a small file that would unpack to gigabytes, before it unpacks', async () => {
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: 'black' } })
      .png()
      .toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    await expect(decode(bomb)).rejects.toMatchObject({ code: 'picture-too-large', retryable: false });
  });

  it('refuses a picture that is all but a line', async () => {
    const line = await sharp({ create: { width: 1, height: 70_000, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await expect(decode(line)).rejects.toMatchObject({ code: 'picture-too-large', retryable: false });
  });

  it('refuses truncated and damaged pictures', async () => {
    const jpeg = await readFile(join(directory, 'q90.jpg'));
    const png = await readFile(join(directory, '100x80.png'));
    for (const broken of [
      jpeg.subarray(0, jpeg.length / 2),
      png.subarray(0, 5000),
      png.subarray(0, 20),
      jpeg.subarray(0, 4),
    ]) {
      await expect(decode(broken)).rejects.toMatchObject({ code: 'picture-truncated', retryable: false });
    }
  });
});

async function reference(file: string): Promise<Buffer> {
  return sharp(join(directory, `${file.replace('.', '-')}.reference.png`))
    .raw()
    .toBuffer();
}

function largestDifference(found: Uint8Array, expected: Uint8Array): number {
  expect(found).toHaveLength(expected.length);
  return found.reduce((largest, value, index) => Math.max(largest, Math.abs(value - expected[index]!)), 0);
}

/** Undoes a quarter turn to the right. */
function turnedBack({ width, height, pixels }: Picture): Picture {
  const result = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * 4;
      const to = ((width - 1 - column) * height + row) * 4;
      result.set(pixels.subarray(from, from + 4), to);
    }
  }
  return { width: height, height: width, pixels: result };
}
