import sharp from 'sharp';
import { PictureProcessing, type ProcessedPicture, type ProcessingStep } from '../src/index.js';
import { at, pixelsOf, plain } from './support/pixels.js';

const noStep: ProcessingStep = { operation: 'resize' };

/** Real: the processes, sharp. */
describe('processing what comes in', () => {
  const processing = new PictureProcessing(2);
  afterAll(() => processing.close());

  const run = (bytes: Uint8Array, ...steps: ProcessingStep[]): Promise<ProcessedPicture> =>
    processing.process({ bytes, steps }, new AbortController().signal);

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('keeps %s', async (format) => {
    const result = await run(await plain(40, 20, '#c86432').toFormat(format).toBuffer(), noStep);
    expect(result.format).toBe(format);
    const metadata = await sharp(result.picture).metadata();
    expect(metadata.format).toBe(format === 'avif' ? 'heif' : format);
    at(await pixelsOf(await sharp(result.picture).removeAlpha().png().toBuffer()), 20, 10).forEach((value, channel) =>
      expect(Math.abs(value - [0xc8, 0x64, 0x32][channel]!)).toBeLessThanOrEqual(8),
    );
  });

  it('stands upright, without metadata', async () => {
    const halves = Buffer.concat([Buffer.alloc(20 * 5 * 3, 255), Buffer.alloc(20 * 5 * 3, 0)]);
    const sideways = await sharp(halves, { raw: { width: 20, height: 10, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .jpeg()
      .toBuffer();
    const turned = await sharp(sideways).keepMetadata().jpeg().toBuffer();
    for (const step of [noStep, { operation: 'filter', name: 'grayscale' } as const]) {
      const result = await run(turned, step);
      expect(result).toMatchObject({ width: 10, height: 20 });
      const metadata = await sharp(result.picture).metadata();
      expect([metadata.orientation, metadata.exif, metadata.icc]).toEqual([undefined, undefined, undefined]);
      // what was above is at the right now
      const pixels = await pixelsOf(result.picture);
      expect(at(pixels, 8, 10)[0]).toBeGreaterThan(200);
      expect(at(pixels, 1, 10)[0]).toBeLessThan(50);
    }
  });

  it.each(['png', 'jpeg', 'webp', 'tiff'] as const)('converts the colours of a %s by its profile', async (format) => {
    const wide = plain(20, 20, '#ff0000').withIccProfile('p3', { attach: true });
    const picture = await wide.toFormat(format, { quality: 100 }).toBuffer();
    const stored = at(await pixelsOf(await sharp(picture, { ignoreIcc: true }).png().toBuffer()), 10, 10);
    // sRGB's red is (234, 51, 35) in Display P3
    expect(Math.abs(stored[0]! - 234)).toBeLessThanOrEqual(6);
    const result = await run(picture, noStep);
    const [red = 0, green = 0, blue = 0] = at(
      await pixelsOf(await sharp(result.picture, { ignoreIcc: true }).png().toBuffer()),
      10,
      10,
    );
    expect([red > 248, green < 12, blue < 12]).toEqual([true, true, true]);
  });

  it('reads 16 bits, grey, alpha and CMYK', async () => {
    const deep = await plain(10, 10, '#c86432').toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expect(at(await pixelsOf((await run(deep, noStep)).picture), 5, 5)).toEqual([0xc8, 0x64, 0x32]);
    const grey = await plain(10, 10, '#808080').toColourspace('b-w').png().toBuffer();
    const sepia = await run(grey, { operation: 'filter', name: 'sepia' });
    expect(at(await pixelsOf(sepia.picture), 5, 5)).toHaveLength(3);
    const clear = await plain(10, 10, { r: 200, g: 100, b: 50, alpha: 0.5 }, 4).webp({ lossless: true }).toBuffer();
    expect(at(await pixelsOf((await run(clear, noStep)).picture), 5, 5)[3]).toBe(128);
    const printed = await plain(10, 10, '#ff0000').toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(printed).metadata()).space).toBe('cmyk');
    const shown = await run(printed, noStep);
    expect((await sharp(shown.picture).metadata()).space).toBe('srgb');
    const [red = 0, green = 255] = at(await pixelsOf(shown.picture), 5, 5);
    expect([red > 180, green < 60]).toEqual([true, true]);
  });

  it.each(['gif', 'webp'] as const)('keeps a %s animated, each frame by itself', async (format) => {
    const frames = await Promise.all(
      ['#ff0000', '#00ff00', '#0000ff'].map((colour) => plain(40, 20, colour).png().toBuffer()),
    );
    const animation = await sharp(frames, { join: { animated: true } })
      .toFormat(format, { delay: [100, 200, 300], loop: 2, lossless: true })
      .toBuffer();
    const result = await run(
      animation,
      { operation: 'resize', width: 20 },
      { operation: 'filter', name: 'blur' },
      { operation: 'watermark', text: 'a' },
    );
    expect(result).toMatchObject({ width: 20, height: 10, format });
    const metadata = await sharp(result.picture, { animated: true }).metadata();
    expect(metadata).toMatchObject({ pages: 3, pageHeight: 10, delay: [100, 200, 300], loop: 2 });
    for (const page of [0, 1, 2]) {
      const pixels = await pixelsOf(await sharp(result.picture, { page }).removeAlpha().png().toBuffer());
      const corner = at(pixels, 1, 1);
      corner.forEach((value, channel) => expect(Math.abs(value - (channel === page ? 255 : 0))).toBeLessThan(24));
    }
  });

  it('refuses what is no picture, is cut, or has too many pixels', async () => {
    const sound = await plain(300, 200, '#336699').jpeg().toBuffer();
    const cases: [Uint8Array, string][] = [
      [Buffer.alloc(0), 'not-a-picture'],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not-a-picture'],
      [sound.subarray(0, 300), 'picture-truncated'],
      [await plain(8_000, 6_000, '#000000').png().toBuffer(), 'picture-too-large'],
    ];
    for (const [picture, code] of cases) await expect(run(picture, noStep)).rejects.toMatchObject({ code });
  });
});
