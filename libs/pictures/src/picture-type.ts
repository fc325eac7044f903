/** The kinds of encoded pictures that are read here, by what their bytes say and never by their name. */
export type PictureType = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

const avifBrands = ['avif', 'avis'];
/** What says of itself that it is any HEIF picture or sequence names AVIF among the brands that it is compatible with. */
const heifBrands = ['mif1', 'msf1'];
/** Of a list of brands, in bytes; real ones have some 32. */
const longestBrandList = 256;

/** The kind of picture whose signature `bytes` begin with, or undefined: SVG, PDF and the like are none. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 32)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'tiff';
  if (head.slice(4, 8) === 'ftyp' && isAvif(bytes)) return 'avif';
  return undefined;
}

/** By the `ftyp` box (ISO/IEC 14496-12, 4.3): its size, `ftyp`, the major brand, a version, and the compatible brands, four bytes each. */
function isAvif(bytes: Uint8Array): boolean {
  const box = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, longestBrandList));
  const end = Math.min(box.length, box.readUInt32BE(0));
  const brandAt = (at: number): string => box.toString('latin1', at, at + 4);
  const majorBrand = brandAt(8);
  if (avifBrands.includes(majorBrand)) return true;
  if (!heifBrands.includes(majorBrand)) return false;
  for (let at = 16; at + 4 <= end; at += 4) if (avifBrands.includes(brandAt(at))) return true;
  return false;
}
