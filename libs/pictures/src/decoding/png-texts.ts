import { inflateSync } from 'node:zlib';

const signatureLength = 8;
/** Length, type and checksum of a chunk. */
const frameLength = 12;
/** Not looked at here, and the packed ones unpack to a thousand times their size in memory. So may a profile. */
const texts = ['tEXt', 'zTXt', 'iTXt'];
const profile = 'iCCP';
/** Those of cameras and printers have two at most. */
const largestProfile = 4 * 1024 ** 2;

/** A PNG without its texts and its colour profile. The rest stays as it is, damaged parts too: the decoder judges those. */
export function withoutTexts(png: Uint8Array): Uint8Array {
  return without(png, (type) => texts.includes(type) || type === profile);
}

/** A PNG without its texts, and without a colour profile that is damaged or too large to be one. */
export function withoutTextsOnly(png: Uint8Array): Uint8Array {
  return without(png, (type, data) => texts.includes(type) || (type === profile && !isProfile(data)));
}

function without(png: Uint8Array, isDropped: (type: string, data: Buffer) => boolean): Uint8Array {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const kept: Buffer[] = [];
  let keptUntil = 0;
  for (let at = signatureLength; at + frameLength <= bytes.length;) {
    const end = at + frameLength + bytes.readUInt32BE(at);
    if (isDropped(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, end - 4))) {
      kept.push(bytes.subarray(keptUntil, at));
      keptUntil = end;
    }
    at = end;
  }
  return kept.length === 0 ? png : Buffer.concat([...kept, bytes.subarray(keptUntil)]);
}

/** By the PNG specification, section 11.3.2.3: a name, a zero, the method, and the profile, deflated. */
function isProfile(data: Buffer): boolean {
  const nameEnd = data.indexOf(0);
  try {
    return nameEnd > 0 && inflateSync(data.subarray(nameEnd + 2), { maxOutputLength: largestProfile }).length > 0;
  } catch {
    return false;
  }
}
