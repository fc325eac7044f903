import sharp from 'sharp';

export interface Sample {
  picture: Buffer;
  /** Its caption. */
  text: string;
  confidence: number;
  /** Whether the caption is wholly right; undefined for pictures of which nothing is right. */
  isRight?: boolean;
}

/** How many samples a sheet shows. */
export const sheetSamples = 40;

const columns = 8;
const tile = { width: 220, picture: 170, height: 278 };

/** Writes a PNG of samples with their captions and confidences, to be looked at. */
export async function writeContactSheet(file: string, samples: readonly Sample[]): Promise<void> {
  // shut by the captioner for pictures of strangers; the text of the sheet is our own
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  const tiles = await Promise.all(samples.map(drawTile));
  const rows = Math.ceil(samples.length / columns);
  const background = '#ffffff';
  await sharp({ create: { width: columns * tile.width, height: rows * tile.height, channels: 3, background } })
    .composite(
      tiles.map((input, index) => ({
        input,
        left: (index % columns) * tile.width,
        top: Math.floor(index / columns) * tile.height,
      })),
    )
    .png({ palette: true, quality: 90 })
    .toFile(file);
}

async function drawTile({ picture, text, confidence, isRight }: Sample): Promise<Buffer> {
  const side = tile.picture;
  const shown = await sharp(picture)
    .resize(side + 30, side, { fit: 'inside' })
    .png()
    .toBuffer({ resolveWithObject: true });
  const colour = isRight === undefined ? '#555555' : isRight ? '#1a7f37' : '#b42318';
  const lines = [...wrap(text, 33), `${isRight === undefined ? '' : isRight ? '✓ ' : '✗ '}${confidence.toFixed(2)}`];
  const written = lines.map(
    (line, index) =>
      `<text x="10" y="${side + 26 + 15 * index}" font-family="DejaVu Sans, sans-serif" font-size="11"
        fill="${index === lines.length - 1 ? colour : '#222222'}">${line}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${tile.width}" height="${tile.height}">
    <rect x="9" y="9" width="${shown.info.width + 2}" height="${shown.info.height + 2}" fill="none" stroke="#cccccc"/>${written.join('')}</svg>`;
  return sharp(Buffer.from(svg))
    .composite([{ input: shown.data, left: 10, top: 10 }])
    .png()
    .toBuffer();
}

function wrap(text: string, length: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > length) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}
