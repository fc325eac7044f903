import sharp from 'sharp';

const side = 100;

/** A PNG of which so many ten-thousandths are pure red, and the rest is a blue. */
export function pictureOf(share: number, other: [number, number, number] = [0, 0, 200]): Promise<Buffer> {
  const pixels = Buffer.alloc(side * side * 3);
  for (let at = 0; at < side * side; at += 1) pixels.set(at < share ? [255, 0, 0] : other, at * 3);
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

/** What `POST /red` should say of pixels, by HSV as textbooks have it, in fractions of whole numbers so that nothing is rounded. */
export function expectedRed(pixels: Uint8Array): { red: number; red_channel_mean: number } {
  let red = 0;
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    sum += r;
    if (isRed(r, g, b)) red += 1;
  }
  const count = pixels.length / 3;
  return { red: Math.round((red / count) * 10_000) / 10_000, red_channel_mean: sum / 255 / count };
}

function isRed(r: number, g: number, b: number): boolean {
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  if (value / 255 < 0.25 || range * 10 < value * 4 || range === 0) return false;
  // 60 times the range is a sixth of the circle
  const hue = value === r ? 60 * (g - b) : value === g ? 120 * range + 60 * (b - r) : 240 * range + 60 * (r - g);
  const turned = (hue + 360 * range) % (360 * range);
  return turned <= 20 * range || turned >= 340 * range;
}
