import sharp from 'sharp';
import { PictureError } from '../picture-error.js';

/** How much of each pixel a text covers, 0 to 255, row by row, cut to its ink. */
export interface TextMask {
  width: number;
  height: number;
  coverage: Uint8Array;
}

/* Fontconfig finds its settings by this variable, and complains where it finds none; the package of the font has some. */
process.env['FONTCONFIG_FILE'] ??= require.resolve('dejavu-fonts-ttf/fontconfig/57-dejavu-sans.conf');
const fontFile = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/**
 * Draws one line of text.
 * @param size of the letters, in pixels; they are drawn smaller where the text would not fit into the width or the height
 * @throws PictureError where nothing of it can be drawn
 */
export async function drawText(text: string, size: number, most: { width: number; height: number }): Promise<TextMask> {
  const drawn = await draw(text, size).catch((cause: unknown) => {
    throw new PictureError('watermark-unreadable', 'The text of the watermark has nothing that could be drawn', cause);
  });
  const shrunk = Math.min(1, most.width / drawn.width, most.height / drawn.height);
  if (shrunk === 1) return drawn;
  const width = Math.max(1, Math.floor(drawn.width * shrunk));
  const height = Math.max(1, Math.floor(drawn.height * shrunk));
  const { data } = await sharp(drawn.coverage, { raw: { width: drawn.width, height: drawn.height, channels: 1 } })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, coverage: data };
}

async function draw(text: string, size: number): Promise<TextMask> {
  // at 72 dots per inch a point is a pixel
  const input = { text: { text: withoutMarkup(text), font: `DejaVu Sans ${size}`, fontfile: fontFile, dpi: 72 } };
  const { data, info } = await sharp(input).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  if (info.width === 0 || !data.some((value) => value > 0)) throw new Error('no ink');
  return { width: info.width, height: info.height, coverage: data };
}

/** Pango reads markup, and breaks lines; a client's text is neither. */
function withoutMarkup(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
