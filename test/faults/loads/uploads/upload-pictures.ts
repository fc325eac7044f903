import sharp from 'sharp';

/** A picture to be processed. */
export interface UploadPicture {
  bytes: Buffer;
  type: string;
  format: 'png' | 'jpeg' | 'webp';
  /** Cannot be read, whatever it calls itself. */
  isCorrupt: boolean;
}

/** What is asked for one picture, and what it should come to. */
export interface UploadRequest {
  picture: UploadPicture;
  operations: string[];
  options: object;
  /** Of the result, in pixels: another size than of any other in the same hundred, so that none can be taken for another. */
  width: number;
  height: number;
}

const side = 320;
const formats = ['png', 'jpeg', 'webp'] as const;
/** One of so many is corrupt. */
const corruptEvery = 25;
const further = [[], ['watermark'], ['filter'], ['filter', 'watermark']];

/** One of each format, and a corrupt one, which calls itself a JPEG. */
export async function uploadPictures(): Promise<UploadPicture[]> {
  const noise = { create: { width: side, height: side, channels: 3 as const, background: '#336699' } };
  const sound = formats.map(async (format) => ({
    bytes: await sharp(noise).toFormat(format).toBuffer(),
    type: `image/${format}`,
    format,
    isCorrupt: false,
  }));
  const corrupt = {
    bytes: Buffer.from('not a picture at all'),
    type: 'image/jpeg',
    format: 'jpeg',
    isCorrupt: true,
  } as const;
  return [...(await Promise.all(sound)), corrupt];
}

/** What the n-th client asks. @param pictures as `uploadPictures` gives them */
export function uploadRequest(number: number, pictures: readonly UploadPicture[]): UploadRequest {
  const isCorrupt = number % corruptEvery === corruptEvery - 1;
  const picture = pictures[isCorrupt ? formats.length : number % formats.length]!;
  const width = 20 + (number % 10) * 7;
  const height = 20 + (Math.floor(number / 10) % 40) * 7;
  return {
    picture,
    operations: ['resize', ...further[number % further.length]!],
    options: { resize: { width, height, fit: 'fill' } },
    width,
    height,
  };
}

/** A second or more of work for an image worker. */
export async function heavyPicture(): Promise<Buffer> {
  const pixels = { create: { width: 2_500, height: 2_500, channels: 3 as const, background: '#336699' } };
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  return sharp({ ...pixels, create: { ...pixels.create, noise } })
    .jpeg()
    .toBuffer();
}
