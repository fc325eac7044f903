/** The kinds of encoded pictures that are read here, by what their bytes say and never by their name. */
export type PictureType = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

const isoBrands = ['avif', 'avis'];

/** The kind of picture whose signature `bytes` begin with, or undefined: SVG, PDF and the like are none. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 32)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'tiff';
  if (head.slice(4, 8) === 'ftyp' && isoBrands.includes(head.slice(8, 12))) return 'avif';
  return undefined;
}
