import sharp from 'sharp';
import { openEmojiFont } from './emoji-font.js';
import { openIconSet } from './icon-set.js';
import { distance, type Shade } from './world.js';

/** What of a pictogram is visible, and how to draw it. */
export interface Pictogram {
  /** A PNG file as a URL, cut to what is visible. */
  url: string;
  width: number;
  height: number;
  /** A sample of its opaque pixels. */
  shades: readonly Shade[];
}

/** A font or an icon set: a PNG file for each code point. */
export interface PictogramSource {
  png(codePoint: number): Buffer | Promise<Buffer>;
}

/** The everyday things' pictures, each read once. */
export class Pictograms {
  private readonly read = new Map<number, Promise<Pictogram>>();

  private constructor(private readonly source: PictogramSource) {}

  /** Those of Noto Color Emoji, which the model has seen. */
  static async open(): Promise<Pictograms> {
    return new Pictograms(await openEmojiFont());
  }

  /** Those of Twemoji, which the recipe does not touch. */
  static async openUnseen(): Promise<Pictograms> {
    return new Pictograms(await openIconSet('twemoji'));
  }

  get(codePoint: number): Promise<Pictogram> {
    let pictogram = this.read.get(codePoint);
    if (!pictogram) this.read.set(codePoint, (pictogram = this.cut(codePoint)));
    return pictogram;
  }

  private async cut(codePoint: number): Promise<Pictogram> {
    return cut(await this.source.png(codePoint));
  }
}

/** How much of a pictogram stands out from shades behind it, from 0 to 1. */
export function visibleShare({ shades }: Pictogram, behind: readonly Shade[]): number {
  const visible = shades.filter((shade) => behind.every((other) => distance(shade, other) > 60));
  return visible.length / shades.length;
}

async function cut(png: Buffer): Promise<Pictogram> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const box = { left: info.width, top: info.height, right: 0, bottom: 0 };
  const shades: Shade[] = [];
  for (let pixel = 0; pixel < info.width * info.height; pixel++) {
    const alpha = data[4 * pixel + 3]!;
    if (alpha < 16) continue;
    const [x, y] = [pixel % info.width, Math.floor(pixel / info.width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
    if (alpha > 200 && pixel % 7 === 0) shades.push([data[4 * pixel]!, data[4 * pixel + 1]!, data[4 * pixel + 2]!]);
  }
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const visible = await sharp(png).extract({ left: box.left, top: box.top, width, height }).png().toBuffer();
  return { url: `data:image/png;base64,${visible.toString('base64')}`, width, height, shades };
}
