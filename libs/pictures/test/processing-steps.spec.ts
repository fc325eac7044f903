import sharp from 'sharp';
import { PictureProcessing, type ProcessedPicture, type ProcessingStep } from '../src/index.js';
import { at, pixelsOf, plain, type Pixels } from './support/pixels.js';

/** Real: the processes, sharp. Pixels are compared with values that are computed here. */
describe('processing pictures', () => {
  const processing = new PictureProcessing(2);
  afterAll(() => processing.close());

  const run = (bytes: Uint8Array, ...steps: ProcessingStep[]): Promise<ProcessedPicture> =>
    processing.process({ bytes, steps }, new AbortController().signal);
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
});
