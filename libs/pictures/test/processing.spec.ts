import sharp from 'sharp';
import { PictureProcessing, type ProcessedPicture, type ProcessingStep } from '../src/index.js';

interface Pixels {
  width: number;
  height: number;
  channels: number;
  data: Buffer;
}

/** Real: the processes, sharp. Pixels are compared with values that are computed here. */
describe('processing pictures', () => {
  const processing = new PictureProcessing(2);
  afterAll(() => processing.close());

  const run = (bytes: Uint8Array, ...steps: ProcessingStep[]): Promise<ProcessedPicture> =>
    processing.process({ bytes, steps }, new AbortController().signal);
  const pixelsOf = async (picture: Uint8Array): Promise<Pixels> => {
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels };
  };
  const at = ({ data, width, channels }: Pixels, x: number, y: number): number[] => [
    ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels),
  ];
  const plain = (width: number, height: number, background: string | object, channels: 3 | 4 = 3) =>
    sharp({ create: { width, height, channels, background: background as string } });
  const original = (width: number, height: number): Promise<Buffer> => {
    const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, index) => (index * 37) % 256));
    return sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  };

  describe('resize', () => {
    it.each([
      [1600, 1200, {}, 800, 600],
      [1600, 400, {}, 800, 200],
      [100, 50, {}, 100, 50],
      [100, 50, { width: 50 }, 50, 25],
      [100, 50, { height: 10, fit: 'fill' }, 20, 10],
      [100, 50, { width: 200, height: 200 }, 100, 50],
      [100, 50, { width: 200, height: 200, enlarge: true }, 200, 100],
      [100, 50, { width: 400, enlarge: true }, 400, 200],
      [100, 50, { width: 40, height: 40, fit: 'cover' }, 40, 40],
      [100, 50, { width: 200, height: 40, fit: 'cover' }, 100, 40],
      [100, 50, { width: 40, height: 40, fit: 'contain' }, 40, 40],
      [100, 50, { width: 400, height: 400, fit: 'contain' }, 100, 50],
      [100, 50, { width: 200, height: 200, fit: 'contain', enlarge: true }, 200, 200],
      [100, 50, { width: 30, height: 45, fit: 'fill' }, 30, 45],
      [1, 3000, { width: 10, height: 10 }, 1, 10],
    ] as const)('makes of %d × %d by %j %d × %d', async (width, height, options, newWidth, newHeight) => {
      const picture = await plain(width, height, '#336699').png().toBuffer();
      const result = await run(picture, { operation: 'resize', ...options });
      expect(result).toMatchObject({ width: newWidth, height: newHeight, format: 'png' });
      expect(await sharp(result.picture).metadata()).toMatchObject({ width: newWidth, height: newHeight });
    });

    it('averages what becomes one pixel', async () => {
      const halves = Buffer.concat([Buffer.alloc(30 * 60 * 3, 0), Buffer.alloc(30 * 60 * 3, 200)]);
      const picture = await sharp(halves, { raw: { width: 60, height: 60, channels: 3 } })
        .png()
        .toBuffer();
      const { picture: small } = await run(picture, { operation: 'resize', width: 1, height: 1 });
      expect(at(await pixelsOf(small), 0, 0).every((value) => Math.abs(value - 100) <= 2)).toBe(true);
    });

    it('leaves bars transparent where the format can, and white where it cannot', async () => {
      const step = { operation: 'resize', width: 50, height: 50, fit: 'contain' } as const;
      const png = await run(await plain(100, 50, '#ff0000').png().toBuffer(), step);
      const jpeg = await run(await plain(100, 50, '#ff0000').jpeg().toBuffer(), step);
      expect(at(await pixelsOf(png.picture), 25, 2)[3]).toBe(0);
      expect(at(await pixelsOf(jpeg.picture), 25, 2).every((value) => value > 240)).toBe(true);
    });

    it('refuses a result that would be larger than any picture that is read', async () => {
      const tall = await plain(1, 3000, '#000000').png().toBuffer();
      await expect(run(tall, { operation: 'resize', width: 10, enlarge: true })).rejects.toMatchObject({
        code: 'picture-too-large',
      });
    });
  });

  describe('filter', () => {
    const luma = ([r = 0, g = 0, b = 0]: number[]) => 0.299 * r + 0.587 * g + 0.114 * b;
    const sepia = ([r = 0, g = 0, b = 0]: number[]) => [
      Math.min(255, 0.393 * r + 0.769 * g + 0.189 * b),
      Math.min(255, 0.349 * r + 0.686 * g + 0.168 * b),
      Math.min(255, 0.272 * r + 0.534 * g + 0.131 * b),
    ];
    const filtered = async (name: 'grayscale' | 'sepia' | 'blur' | 'sharpen', picture: Buffer) =>
      pixelsOf((await run(picture, { operation: 'filter', name })).picture);

    it('grayscale is the luma of each pixel, and sepia its matrix', async () => {
      const picture = await original(40, 30);
      const [before, grey, brown] = [
        await pixelsOf(picture),
        await filtered('grayscale', picture),
        await filtered('sepia', picture),
      ];
      for (let x = 0; x < 40; x += 7) {
        for (let y = 0; y < 30; y += 5) {
          const colour = at(before, x, y);
          for (const value of at(grey, x, y)) expect(Math.abs(value - luma(colour))).toBeLessThanOrEqual(1);
          const expected = sepia(colour);
          at(brown, x, y).forEach((value, channel) =>
            expect(Math.abs(value - expected[channel]!)).toBeLessThanOrEqual(1),
          );
        }
      }
    });

    it('leaves alpha as it is', async () => {
      const half = { r: 200, g: 100, b: 50, alpha: 0.5 };
      const picture = await plain(10, 10, half, 4).png().toBuffer();
      expect(at(await filtered('sepia', picture), 5, 5)[3]).toBe(128);
    });

    it('blur brings an edge together, sharpen drives it apart, and both leave what is even', async () => {
      const halves = Buffer.from(
        Array.from({ length: 60 * 60 * 3 }, (_, i) => (Math.floor(i / 3) % 60 < 30 ? 60 : 180)),
      );
      const picture = await sharp(halves, { raw: { width: 60, height: 60, channels: 3 } })
        .png()
        .toBuffer();
      const [blurred, sharpened] = [await filtered('blur', picture), await filtered('sharpen', picture)];
      const step = (pixels: Pixels) => at(pixels, 30, 30)[0]! - at(pixels, 29, 30)[0]!;
      expect(step(blurred)).toBeLessThan(40);
      expect(step(sharpened)).toBeGreaterThan(120);
      for (const pixels of [blurred, sharpened]) {
        expect(Math.abs(at(pixels, 5, 30)[0]! - 60)).toBeLessThanOrEqual(2);
        expect(Math.abs(at(pixels, 54, 30)[0]! - 180)).toBeLessThanOrEqual(2);
      }
    });
  });

  describe('watermark', () => {
    const changed = (before: Pixels, after: Pixels): { x: number; y: number }[] =>
      Array.from({ length: before.width * before.height }, (_, index) => index)
        .filter((index) => [0, 1, 2].some((c) => before.data[index * 3 + c] !== after.data[index * 3 + c]))
        .map((index) => ({ x: index % before.width, y: Math.floor(index / before.width) }));

    it.each([
      ['top-left', 0, 0],
      ['top', 1, 0],
      ['top-right', 2, 0],
      ['left', 0, 1],
      ['center', 1, 1],
      ['right', 2, 1],
      ['bottom-left', 0, 2],
      ['bottom', 1, 2],
      ['bottom-right', 2, 2],
    ] as const)('stands at %s, and nowhere else', async (position, column, row) => {
      const picture = await plain(600, 300, '#808080').png().toBuffer();
      const result = await run(picture, { operation: 'watermark', position, text: 'mark', opacity: 1 });
      const places = changed(await pixelsOf(picture), await pixelsOf(result.picture));
      expect(places.length).toBeGreaterThan(50);
      for (const { x, y } of places) expect([Math.floor(x / 200), Math.floor(y / 100)]).toEqual([column, row]);
    });

    it('is the product’s name at the lower right where nothing else is said', async () => {
      const picture = await plain(600, 300, '#808080').png().toBuffer();
      const said = { operation: 'watermark', text: 'Ekphrasis', position: 'bottom-right', opacity: 0.6 } as const;
      const [usual, named] = [await run(picture, { operation: 'watermark' }), await run(picture, said)];
      expect(Buffer.compare(usual.picture, named.picture)).toBe(0);
    });

    it('shows on white and on black, is mixed by its opacity, and by none is not there', async () => {
      for (const [background, ground] of [
        ['#ffffff', 255],
        ['#000000', 0],
      ] as const) {
        const picture = await plain(300, 200, background).png().toBuffer();
        const mark = async (opacity: number) =>
          (await pixelsOf((await run(picture, { operation: 'watermark', opacity })).picture)).data;
        const [full, half, none] = [await mark(1), await mark(0.5), await mark(0)];
        const furthest = (data: Buffer) => data.reduce((most, value) => Math.max(most, Math.abs(value - ground)), 0);
        expect(furthest(full)).toBeGreaterThan(200);
        expect(furthest(half)).toBeGreaterThan(90);
        expect(furthest(half)).toBeLessThan(140);
        expect(furthest(none)).toBe(0);
      }
    });

    it('takes markup and any alphabet as letters, and fits into the smallest picture', async () => {
      const picture = await plain(300, 200, '#808080').png().toBuffer();
      const texts = ['<b>&amp;</b>', 'Привет', '© Ann & "Bob"', 'x'.repeat(200)];
      for (const text of texts) {
        const result = await run(picture, { operation: 'watermark', text });
        expect(changed(await pixelsOf(picture), await pixelsOf(result.picture)).length).toBeGreaterThan(50);
      }
      expect(await run(await plain(1, 1, '#808080').png().toBuffer(), { operation: 'watermark' })).toMatchObject({
        width: 1,
        height: 1,
      });
    });

    it('covers what is transparent', async () => {
      const clear = { r: 0, g: 0, b: 0, alpha: 0 };
      const picture = await plain(300, 200, clear, 4).png().toBuffer();
      const { data } = await pixelsOf((await run(picture, { operation: 'watermark', opacity: 1 })).picture);
      expect(data.some((value, index) => index % 4 === 3 && value === 255)).toBe(true);
    });
  });

  it('applies steps in their order', async () => {
    const picture = await plain(400, 400, '#808080').png().toBuffer();
    const steps = [
      { operation: 'watermark', text: 'mark' },
      { operation: 'resize', width: 100 },
    ] as const;
    const [marked, shrunk] = [await run(picture, ...steps), await run(picture, ...[...steps].reverse())];
    const height = async ({ picture: result }: ProcessedPicture) => {
      const { data, width, channels } = await pixelsOf(result);
      const rows = Array.from({ length: 100 }, (_, y) =>
        data.subarray(y * width * channels, (y + 1) * width * channels),
      );
      return rows.filter((row) => row.some((value) => Math.abs(value - 128) > 8)).length;
    };
    // letters have a smallest size, so those that are drawn later are larger
    expect(await height(shrunk)).toBeGreaterThan(await height(marked));
  });

  describe('what comes in', () => {
    const noStep: ProcessingStep = { operation: 'resize' };
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
});
