/** How many pixels are red, and the sum of their red channel. */
export interface RedPixels {
  redPixels: number;
  redSum: number;
}

/**
 * Counts pixels whose hue lies within 20° of 0°, inclusive, whose saturation is 0.4 or more and whose value is 0.25 or more, in HSV.
 *
 * In whole numbers: with red as the largest channel (elsewhere the hue is 60° or more away), `low` and `high` the smaller and the
 * larger one of the others, the hue is ±60° (high - low) / (red - low), the saturation (red - low) / red, the value red / 255. So
 *
 * - hue: 3 (high - low) <= red - low, which no pixel with a larger channel than red fulfils;
 * - saturation: 5 (red - low) >= 2 red;
 * - value: red >= 63.75.
 *
 * @param pixels of 8 bits, three bytes each: red, green, blue
 */
export function countRedPixels(pixels: Uint8Array): RedPixels {
  let redPixels = 0;
  let redSum = 0;
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const red = pixels[at]!;
    redSum += red;
    if (red < 64) continue;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    const low = green < blue ? green : blue;
    const high = green < blue ? blue : green;
    if (3 * high - 2 * low <= red && 5 * low <= 3 * red) redPixels += 1;
  }
  return { redPixels, redSum };
}
