import { readFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../../libs/errors/src/index.js';

const fontFile = 'NotoColorEmoji.ttf';
const fontDirectories = ['/usr/share/fonts', '/usr/local/share/fonts'];

/**
 * The pictograms of the Noto Color Emoji font, which holds them as PNG pictures in the tables CBLC (where) and CBDT (what).
 * See the OpenType specification, "CBDT — Color Bitmap Data Table". Read here because the SVG renderer within sharp draws
 * the glyphs without their colours.
 */
export class EmojiFont {
  private readonly tables: ReadonlyMap<string, number>;

  constructor(private readonly bytes: Buffer) {
    this.tables = new Map(
      Array.from({ length: bytes.readUInt16BE(4) }, (_, index) => {
        const record = 12 + 16 * index;
        return [bytes.toString('latin1', record, record + 4), bytes.readUInt32BE(record + 8)];
      }),
    );
  }

  /** The picture of a code point, as the bytes of a PNG file. */
  png(codePoint: number): Buffer {
    const found = this.glyphData(this.glyphOf(codePoint));
    if (!found) throw new Error(`${fontFile} has no pictogram ${codePoint.toString(16)}`);
    const headerBytes = { 17: 5, 18: 8 }[found.format];
    if (headerBytes === undefined) throw new Error(`${fontFile}: pictures of format ${found.format} cannot be read`);
    const length = this.bytes.readUInt32BE(found.start + headerBytes);
    return this.bytes.subarray(found.start + headerBytes + 4, found.start + headerBytes + 4 + length);
  }

  private table(name: string): number {
    const start = this.tables.get(name);
    if (start === undefined) throw new Error(`${fontFile} is a version without bitmaps: it has no table "${name}"`);
    return start;
  }

  private glyphOf(codePoint: number): number {
    const { bytes } = this;
    const cmap = this.table('cmap');
    for (let index = 0; index < bytes.readUInt16BE(cmap + 2); index++) {
      const subtable = cmap + bytes.readUInt32BE(cmap + 8 + 8 * index);
      // format 12 alone reaches beyond U+FFFF
      if (bytes.readUInt16BE(subtable) !== 12) continue;
      for (let group = 0; group < bytes.readUInt32BE(subtable + 12); group++) {
        const start = subtable + 16 + 12 * group;
        const first = bytes.readUInt32BE(start);
        if (codePoint >= first && codePoint <= bytes.readUInt32BE(start + 4)) {
          return bytes.readUInt32BE(start + 8) + codePoint - first;
        }
      }
    }
    return 0;
  }

  private glyphData(glyph: number): { start: number; format: number } | undefined {
    const { bytes } = this;
    const strike = this.table('CBLC') + 8;
    const list = this.table('CBLC') + bytes.readUInt32BE(strike);
    for (let index = 0; index < bytes.readUInt32BE(strike + 8); index++) {
      const record = list + 8 * index;
      const first = bytes.readUInt16BE(record);
      if (glyph < first || glyph > bytes.readUInt16BE(record + 2)) continue;
      const subtable = list + bytes.readUInt32BE(record + 4);
      const offsets = subtable + 8;
      // offsets of four bytes, or of two
      const isWide = bytes.readUInt16BE(subtable) === 1;
      const offset = isWide
        ? bytes.readUInt32BE(offsets + 4 * (glyph - first))
        : bytes.readUInt16BE(offsets + 2 * (glyph - first));
      const start = this.table('CBDT') + bytes.readUInt32BE(subtable + 4) + offset;
      return { start, format: bytes.readUInt16BE(subtable + 2) };
    }
    return undefined;
  }
}

/** @throws where the font is not installed, saying which package brings it */
export async function openEmojiFont(): Promise<EmojiFont> {
  const file = fontDirectories.map(findFont).find((found) => found !== undefined);
  if (!file) {
    const message = `${fontFile} was not found under ${fontDirectories.join(' or ')}: apt-get install fonts-noto-color-emoji`;
    throw new CodedError('font-not-found', message, { retryable: false });
  }
  return new EmojiFont(await readFile(file));
}

function findFont(directory: string): string | undefined {
  try {
    const found = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith(fontFile));
    return found && join(directory, found);
  } catch {
    return undefined;
  }
}
