import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import type { PictogramSource } from './pictograms.js';

interface IconFile {
  icons: Record<string, { body: string; width?: number; height?: number }>;
  aliases?: Record<string, { parent: string }>;
  width?: number;
  height?: number;
}

/** Pictograms are rasterised with so many pixels across. */
const side = 256;
const resolve = createRequire(__filename).resolve;

/** An icon set of `@iconify-json`, by code points. */
export async function openIconSet(name: string): Promise<PictogramSource> {
  const read = async <T>(file: string): Promise<T> =>
    JSON.parse(await readFile(resolve(`@iconify-json/${name}/${file}`), 'utf8')) as T;
  const { icons, aliases = {}, width = 16, height = 16 } = await read<IconFile>('icons.json');
  const names = await read<Record<string, string>>('chars.json');
  return {
    png: (codePoint) => {
      const code = codePoint.toString(16);
      const name = names[code] ?? names[`${code}-fe0f`] ?? '';
      const icon = icons[name] ?? icons[aliases[name]?.parent ?? ''];
      if (!icon) throw new Error(`the icon set has nothing for U+${code}`);
      const box = `0 0 ${icon.width ?? width} ${icon.height ?? height}`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${side}"
        height="${side}" viewBox="${box}">${icon.body}</svg>`;
      return sharp(Buffer.from(svg)).png().toBuffer();
    },
  };
}
