import type { Sharp } from 'sharp';
import { openFrame, type Frame } from './frames.js';
import type { WatermarkPosition, WatermarkStep } from './processing-steps.js';
import { drawText, type TextMask } from './text-mask.js';

const usual = { text: 'Ekphrasis', position: 'bottom-right', opacity: 0.6 } as const;
/** Letters are this part of the shorter side. */
const letterShare = 1 / 16;
const smallestLetters = 8;

/** Writes a text over a picture: white letters with a black shadow, so that it shows on every ground. */
export async function watermarkFrame(frame: Frame, step: WatermarkStep): Promise<Sharp> {
  const { text = usual.text, position = usual.position, opacity = usual.opacity } = step;
  const letters = Math.max(smallestLetters, Math.round(Math.min(frame.width, frame.height) * letterShare));
  const margin = Math.min(Math.round(letters / 2), Math.floor((Math.min(frame.width, frame.height) - 1) / 2));
  const shadow = Math.max(1, Math.round(letters / 16));
  const most = {
    width: Math.max(1, frame.width - 2 * margin - shadow),
    height: Math.max(1, frame.height - 2 * margin - shadow),
  };
  const mask = await drawText(text, letters, most);
  const { left, top } = placeOf(frame, { width: mask.width + shadow, height: mask.height + shadow }, position, margin);
  const pixels = Uint8Array.from(frame.pixels);
  const drawn = { ...frame, pixels };
  paint(drawn, mask, { left: left + shadow, top: top + shadow }, 0, opacity);
  paint(drawn, mask, { left, top }, 255, opacity);
  return openFrame(drawn);
}

interface Size {
  width: number;
  height: number;
}

function placeOf(
  picture: Size,
  text: Size,
  position: WatermarkPosition,
  margin: number,
): { left: number; top: number } {
  const along = (room: number, atStart: boolean, atEnd: boolean): number =>
    atStart ? margin : atEnd ? room - margin : Math.round(room / 2);
  return {
    left: along(picture.width - text.width, position.endsWith('left'), position.endsWith('right')),
    top: along(picture.height - text.height, position.startsWith('top'), position.startsWith('bottom')),
  };
}

/** Lays one grey over the picture where the mask says so: `over` of Porter and Duff, with straight alpha. */
function paint(
  { pixels, width, height, channels }: Frame,
  mask: TextMask,
  { left, top }: { left: number; top: number },
  grey: number,
  opacity: number,
): void {
  for (let y = 0; y < mask.height; y += 1) {
    for (let x = 0; x < mask.width; x += 1) {
      const alpha = ((mask.coverage[y * mask.width + x] ?? 0) / 255) * opacity;
      const [column, row] = [left + x, top + y];
      if (alpha === 0 || column < 0 || row < 0 || column >= width || row >= height) continue;
      const at = (row * width + column) * channels;
      const below = channels === 4 ? (pixels[at + 3] ?? 255) / 255 : 1;
      const result = alpha + below * (1 - alpha);
      for (let channel = 0; channel < 3; channel += 1) {
        const covered = (pixels[at + channel] ?? 0) * below * (1 - alpha);
        pixels[at + channel] = Math.round((grey * alpha + covered) / result);
      }
      if (channels === 4) pixels[at + 3] = Math.round(result * 255);
    }
  }
}
