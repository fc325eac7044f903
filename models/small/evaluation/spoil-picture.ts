import sharp, { type Sharp } from 'sharp';
import type { Chance } from './chance.js';

/** Beyond so many pixels, noise of single pixels would be invisible once a model has shrunk the picture. */
const mostNoisyPixels = 1500 * 1500;

/** What befalls pictures on their way: mild noise, blur and compression, each now and then. */
export async function spoilPicture(
  picture: Sharp,
  { width, height }: { width: number; height: number },
  chance: Chance,
): Promise<Buffer> {
  let spoilt = picture;
  if (chance.happens(0.15)) {
    const deviation = Math.max(0.3, Math.min(width, height) * chance.between(0.001, 0.005));
    spoilt = sharp(await spoilt.png({ compressionLevel: 1 }).toBuffer()).blur(deviation);
  }
  if (chance.happens(0.2) && width * height <= mostNoisyPixels) spoilt = await addNoise(spoilt, chance);
  const format = chance.weighted({ png: 5, jpeg: 4, webp: 1 });
  if (format === 'jpeg') return spoilt.jpeg({ quality: chance.whole(40, 92) }).toBuffer();
  return format === 'webp' ? spoilt.webp({ quality: chance.whole(50, 90) }).toBuffer() : spoilt.png().toBuffer();
}

async function addNoise(picture: Sharp, chance: Chance): Promise<Sharp> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const deviation = chance.between(3, 13);
  // a prime length, so that its repetitions never line up with the picture's rows
  const grain = Float32Array.from({ length: 10007 }, () => deviation * chance.normal());
  for (let index = 0; index < data.length; index++) {
    data[index] = Math.min(255, Math.max(0, Math.round(data[index]! + grain[index % grain.length]!)));
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } });
}
