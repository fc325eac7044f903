import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** What mutations begin with. */
export interface Corpus {
  /** The pictures of `samples/`, by their names. */
  samples: ReadonlyMap<string, Buffer>;
  /** The same, small, in all formats and in their rarer ways. */
  pictures: readonly Buffer[];
}

const side = 256;

const encoders: readonly ((picture: Sharp) => Sharp)[] = [
  (picture) => picture.jpeg(),
  (picture) => picture.jpeg({ progressive: true }),
  (picture) => picture.jpeg({ chromaSubsampling: '4:4:4' }).withMetadata({ orientation: 6 }),
  (picture) => picture.flatten().toColourspace('cmyk').jpeg(),
  (picture) => picture.png(),
  (picture) => picture.png({ progressive: true }).withMetadata({ orientation: 8 }),
  (picture) => picture.png({ palette: true }),
  (picture) => picture.toColourspace('rgb16').png(),
  (picture) => picture.webp(),
  (picture) => picture.webp({ lossless: true }),
  (picture) => picture.gif(),
  (picture) => picture.avif({ effort: 0 }),
  (picture) => picture.tiff({ compression: 'jpeg' }),
  (picture) => picture.tiff({ compression: 'lzw', predictor: 'horizontal' }),
  (picture) => picture.tiff({ compression: 'deflate', tile: true, tileWidth: 64, tileHeight: 64 }),
  (picture) => picture.toColourspace('rgb16').tiff({ compression: 'none' }),
];

/** @throws where `samples/` is not there */
export async function readCorpus(repository: string): Promise<Corpus> {
  const directory = join(repository, 'samples');
  const samples = new Map<string, Buffer>();
  for (const name of (await readdir(directory)).sort()) samples.set(name, await readFile(join(directory, name)));
  const pictures: Buffer[] = [];
  for (const [index, encode] of encoders.entries()) {
    for (const sample of [...samples.values()].filter((_, each) => each % 4 === index % 4)) {
      pictures.push(await encode(sharp(sample).resize(side, side, { fit: 'inside' })).toBuffer());
    }
  }
  const [first, ...frames] = [...samples.values()]
    .slice(0, 3)
    .map((sample) => sharp(sample).resize(64, 64).png().toBuffer());
  const animation = await Promise.all([first!, ...frames]);
  pictures.push(
    await sharp(animation, { join: { animated: true } })
      .gif()
      .toBuffer(),
  );
  pictures.push(
    await sharp(animation, { join: { animated: true } })
      .webp()
      .toBuffer(),
  );
  return { samples, pictures: [...samples.values(), ...pictures] };
}
