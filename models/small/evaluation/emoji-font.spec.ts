import { EmojiFont } from './emoji-font.js';

/** A font of one pictogram, made as the OpenType specification has it. */
function fontOf(codePoint: number, png: Buffer): Buffer {
  const cmap = Buffer.alloc(40);
  cmap.writeUInt16BE(1, 2);
  cmap.writeUInt32BE(12, 8);
  cmap.writeUInt16BE(12, 12);
  cmap.writeUInt32BE(1, 24);
  [codePoint, codePoint, 5].forEach((value, index) => cmap.writeUInt32BE(value, 28 + 4 * index));

  const cblc = Buffer.alloc(88);
  cblc.writeUInt32BE(1, 4);
  cblc.writeUInt32BE(56, 8);
  cblc.writeUInt32BE(1, 16);
  [5, 5].forEach((glyph, index) => cblc.writeUInt16BE(glyph, 56 + 2 * index));
  cblc.writeUInt32BE(8, 60);
  cblc.writeUInt16BE(1, 64);
  cblc.writeUInt16BE(17, 66);
  cblc.writeUInt32BE(4, 68);

  const cbdt = Buffer.alloc(13);
  cbdt.writeUInt32BE(png.length, 9);

  const tables = { cmap, CBLC: cblc, CBDT: Buffer.concat([cbdt, png]) };
  const header = Buffer.alloc(12 + 16 * 3);
  header.writeUInt16BE(3, 4);
  let start = header.length;
  Object.entries(tables).forEach(([name, bytes], index) => {
    header.write(name, 12 + 16 * index, 'latin1');
    header.writeUInt32BE(start, 20 + 16 * index);
    start += bytes.length;
  });
  return Buffer.concat([header, ...Object.values(tables)]);
}

describe('the font of pictograms', () => {
  const png = Buffer.from('the bytes of a picture');

  it('gives the picture of a code point', () => {
    expect(new EmojiFont(fontOf(0x1f436, png)).png(0x1f436)).toEqual(png);
  });

  it('says which code point it has no picture of', () => {
    expect(() => new EmojiFont(fontOf(0x1f436, png)).png(0x1f437)).toThrow('has no pictogram 1f437');
  });
});
