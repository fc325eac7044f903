import { inflateSync } from 'node:zlib';

const signatureLength = 8;
/** Length, type and checksum of a chunk. */
const frameLength = 12;
/** Not looked at here, and the packed ones unpack to a thousand times their size in memory. */
const texts = ['tEXt', 'zTXt', 'iTXt'];
const colourProfile = 'iCCP';
/** Profiles of monitors and cameras have some kilobytes, of printers up to two million bytes. */
const largestProfile = 4 * 1024 ** 2;

/**
 * A PNG without its texts. The rest stays as it is, damaged parts too: the decoder judges those.
 * @param profiles whether its colour profile is wanted; one that unpacks to no end is left out all the same
 */
export function withoutTexts(png: Uint8Array, profiles: 'dropped' | 'kept'): Uint8Array {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const kept: Buffer[] = [];
  let keptUntil = 0;
  for (let at = signatureLength; at + frameLength <= bytes.length;) {
    const end = at + frameLength + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const isKept =
      type === colourProfile
        ? profiles === 'kept' && isProfile(bytes.subarray(at + 8, end - 4))
        : !texts.includes(type);
    if (!isKept) {
      kept.push(bytes.subarray(keptUntil, at));
      keptUntil = end;
    }
    at = end;
  }
  return kept.length === 0 ? png : Buffer.concat([...kept, bytes.subarray(keptUntil)]);
}

/** Its name up to a NUL, a method, and what is packed (PNG, third edition, 11.3.2.3). */
function isProfile(chunk: Buffer): boolean {
  try {
    return inflateSync(chunk.subarray(chunk.indexOf(0) + 2), { maxOutputLength: largestProfile }).length > 0;
  } catch {
    return false;
  }
}
