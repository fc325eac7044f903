/* Real here: sharp, and pictures with the bytes that transformers' BlipImageProcessor (PIL) made of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { allowOurFormatsAlone, decodePicture, type DecodedPicture } from '../src/preprocessing/decoding.js';
import { resample } from '../src/preprocessing/resample.js';
import { goldenDirectory } from './support/golden-checkpoint.js';
import { pngPicture } from '../../pictures/test/support/pictures.js';

const size = 384;
const directory = join(goldenDirectory, 'preprocessing');

beforeAll(allowOurFormatsAlone);

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

  it.each([
    [1, 1],
    [20_000, 1],
    [1, 65_535],
    [65_535, 1],
    [1, 3],
  ])('takes a picture of %i × %i to a square', async (width, height) => {
    const picture = await decodePicture(await pngPicture(1, width, height), { size, alpha: 'white' });
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(resample(picture, 64)).toHaveLength(64 * 64 * 3);
  });

  it('passes a picture of the right size through', () => {
    const pixels = Uint8Array.from({ length: 4 * 3 * 3 }, (_, index) => index);
    expect([...resample({ width: 3, height: 3, pixels }, 3)]).toEqual(
      [...pixels].filter((_, index) => index % 4 !== 3),
    );
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
function turnedBack({ width, height, pixels }: DecodedPicture): DecodedPicture {
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
