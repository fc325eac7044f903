/* Real here: sharp; in the last part the processes and their sandbox. */
import sharp from 'sharp';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { allowOurFormatsAlone, measurePicture } from '../src/decoding/index.js';
import { PictureMeasuring } from '../src/index.js';

beforeAll(allowOurFormatsAlone);

const [width, height] = [40, 30];
const raw = { width, height, channels: 3 } as const;

/** Pixels of all hues, half of them near red. */
function manyPixels(): Uint8Array {
  const random = seededRandom(4);
  return Uint8Array.from({ length: width * height * 3 }, (_, index) =>
    index % 6 < 3 && index % 3 > 0 ? random() * 120 : random() * 256,
  );
}

/** HSV as textbooks have it, in floating point; a threshold that is met but for rounding counts as met. */
function isRed([red, green, blue]: [number, number, number]): boolean {
  const [r, g, b] = [red / 255, green / 255, blue / 255];
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  if (range === 0) return false;
  const sixths = value === r ? (g - b) / range : value === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  const hue = (sixths * 60 + 360) % 360;
  const tolerance = 1e-9;
  return Math.min(hue, 360 - hue) <= 20 + tolerance && range / value >= 0.4 - tolerance && value >= 0.25;
}

function expected(pixels: Uint8Array) {
  let redPixels = 0;
  let redSum = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    redSum += pixels[at]!;
    if (isRed([pixels[at]!, pixels[at + 1]!, pixels[at + 2]!])) redPixels += 1;
  }
  return { redPixels, redSum };
}

describe('measuring a picture', () => {
  const pixels = manyPixels();
  const picture = () => sharp(pixels, { raw });
  const plain = (colour: string) => sharp({ create: { ...raw, background: colour } });

  it.each([
    ['PNG', () => picture().png()],
    ['lossless WebP', () => picture().webp({ lossless: true })],
    ['TIFF', () => picture().tiff({ compression: 'lzw' })],
    ['interlaced PNG', () => picture().png({ progressive: true })],
    ['16-bit PNG', () => picture().toColourspace('rgb16').png()],
    ['PNG with an alpha channel that hides nothing', () => picture().ensureAlpha().png()],
  ])('counts every pixel of a %s', async (_, encode) => {
    const { redPixels } = expected(pixels);
    expect(redPixels).toBeGreaterThan(50);
    expect(await measurePicture(await encode().toBuffer())).toMatchObject({ width, height, ...expected(pixels) });
  });

  it.each(['jpeg', 'avif'] as const)('counts what a %s shows when it is decoded', async (format) => {
    const encoded = await picture().blur(2).toFormat(format).toBuffer();
    const decoded = await sharp(encoded).removeAlpha().raw().toBuffer();
    expect(await measurePicture(encoded)).toMatchObject({ type: format, ...expected(decoded) });
  });

  it('counts the colours of a palette', async () => {
    const encoded = await picture().gif({ colours: 16, dither: 0 }).toBuffer();
    const decoded = await sharp(encoded).removeAlpha().raw().toBuffer();
    expect(await measurePicture(encoded)).toMatchObject({ type: 'gif', ...expected(decoded) });
  });

  it('shows white where a picture is transparent, and a mixture where it is half so', async () => {
    const half = Buffer.concat([
      Buffer.from([255, 0, 0, 0]),
      Buffer.from([255, 0, 0, 255]),
      Buffer.from([255, 0, 0, 128]),
      Buffer.from([200, 0, 0, 51]),
    ]);
    const encoded = await sharp(half, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    // (255, 255, 255), (255, 0, 0), (255, 127, 127), (244, 204, 204)
    const measured = await measurePicture(encoded);
    expect(measured.redPixels).toBe(2);
    expect(Math.abs(measured.redSum - (255 + 255 + 255 + 244))).toBeLessThanOrEqual(1);
  });

  it('sees no red in grey, in black and in CMYK’s white', async () => {
    const cmyk = await plain('#ffffff').toColourspace('cmyk').jpeg().toBuffer();
    const grey = await plain('#8c8c8c').greyscale().png().toBuffer();
    expect(await measurePicture(cmyk)).toMatchObject({ redPixels: 0 });
    expect(await measurePicture(grey)).toMatchObject({ redPixels: 0, redSum: width * height * 0x8c });
    expect(await measurePicture(await plain('#000').png().toBuffer())).toMatchObject({ redPixels: 0, redSum: 0 });
  });

  it('sees CMYK’s red', async () => {
    const cmyk = await plain('#e02020').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    expect(await measurePicture(cmyk)).toMatchObject({ redPixels: width * height });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('tells the sides of a picture as turned by orientation %d', async (orientation) => {
    const encoded = await picture().withMetadata({ orientation }).jpeg().toBuffer();
    const [across, up] = orientation < 5 ? [width, height] : [height, width];
    expect(await measurePicture(encoded)).toMatchObject({ width: across, height: up });
  });

  it.each(['png', 'jpeg', 'webp', 'tiff'] as const)('applies the colour profile of a %s', async (format) => {
    const background = '#c83c32';
    const quality = format === 'png' ? {} : { quality: 100 };
    const encoded = await plain(background).withIccProfile('p3').toFormat(format, quality).toBuffer();
    const stored = await sharp(encoded, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs(stored[0]! - 0xc8)).toBeGreaterThan(5);
    const { redSum } = await measurePicture(encoded);
    expect(Math.abs(redSum / (width * height) - 0xc8)).toBeLessThan(2.5);
  });

  it('takes the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 10), Buffer.alloc(8 * 8 * 3, 240)]);
    const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif()
      .toBuffer();
    const measured = await measurePicture(gif);
    expect(measured).toMatchObject({ width: 8, height: 8 });
    expect(measured.redSum).toBeLessThan(64 * 20);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'not-a-picture'],
    ['a text', Buffer.from('red'), 'not-a-picture'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'not-a-picture'],
  ])('refuses %s', async (_, bytes, code) => {
    await expect(measurePicture(bytes)).rejects.toMatchObject({ code, retryable: false });
  });

  it('refuses half a picture', async () => {
    for (const encoded of [await picture().png().toBuffer(), await picture().jpeg().toBuffer()]) {
      const half = encoded.subarray(0, encoded.length / 2);
      await expect(measurePicture(half)).rejects.toMatchObject({ code: 'picture-truncated', retryable: false });
    }
  });
});

describe('measuring in processes of their own', () => {
  let measuring: PictureMeasuring;

  beforeAll(() => (measuring = new PictureMeasuring(2)));
  afterAll(() => measuring.close());

  it('is begun before the first picture comes', async () => {
    await expect(measuring.warmUp(new AbortController().signal)).resolves.toBeUndefined();
  });

  it('gives what measuring gives, and the error of a picture that cannot be read', async () => {
    const { signal } = new AbortController();
    const encoded = await sharp(manyPixels(), { raw }).png().toBuffer();
    const broken = encoded.subarray(0, encoded.length / 2);
    const [first, second] = await Promise.allSettled([
      measuring.measure(encoded, signal),
      measuring.measure(broken, signal),
    ]);
    expect(first).toMatchObject({ value: { type: 'png', width, height, ...expected(manyPixels()) } });
    expect(second).toMatchObject({ reason: { code: 'picture-truncated' } });
  });
});
