/* Real here: sharp. */
import sharp from 'sharp';
import { allowOurFormatsAlone, decodePicture, type DecodedPicture } from '../src/decoding/index.js';
import { pngPicture } from './support/pictures.js';

beforeAll(allowOurFormatsAlone);

describe('decoding', () => {
  const decode = (bytes: Uint8Array): Promise<DecodedPicture> => decodePicture(bytes, { size: 384, alpha: 'white' });
  const colour = (red: number, green: number, blue: number, alpha = 1) => ({
    create: { width: 8, height: 8, channels: 4 as const, background: { r: red, g: green, b: blue, alpha } },
  });
  const firstPixel = ({ pixels }: DecodedPicture): number[] => [...pixels.subarray(0, 3)];

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
    const png = await pngPicture(1, 100, 80);
    const jpeg = await sharp(png).jpeg().toBuffer();
    for (const broken of [
      jpeg.subarray(0, jpeg.length / 2),
      png.subarray(0, png.length / 2),
      png.subarray(0, 20),
      jpeg.subarray(0, 4),
    ]) {
      await expect(decode(broken)).rejects.toMatchObject({ code: 'picture-truncated', retryable: false });
    }
  });
});
