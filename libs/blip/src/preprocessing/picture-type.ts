/** The picture formats that are decoded. */
export type PictureType = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

const avifBrands = ['avif', 'avis'];

/**
 * The type of a picture by its first bytes, or undefined where it is none that is decoded. What a stranger calls the
 * file is not asked: SVG, PDF and whatever else the decoder's library could open never reach it.
 */
export function pictureType(bytes: Uint8Array): PictureType | undefined {
  const text = (start: number, end: number): string => Buffer.from(bytes.subarray(start, end)).toString('latin1');
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'gif';
  if (text(0, 4) === 'II*\0' || text(0, 4) === 'MM\0*') return 'tiff';
  if (text(4, 8) === 'ftyp' && isAvif(bytes, text)) return 'avif';
  return undefined;
}

/** AVIF names itself as the major brand or among the compatible ones of its first box (ISO 14496-12). */
function isAvif(bytes: Uint8Array, text: (start: number, end: number) => string): boolean {
  const boxLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const end = Math.min(boxLength, bytes.length, 256);
  const brands = [text(8, 12)];
  for (let start = 16; start + 4 <= end; start += 4) brands.push(text(start, start + 4));
  return brands.some((brand) => avifBrands.includes(brand));
}
