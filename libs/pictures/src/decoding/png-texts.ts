const signatureLength = 8;
/** Length, type and checksum of a chunk. */
const frameLength = 12;
/** Texts and colour profiles: not looked at here, and the packed ones unpack to a thousand times their size in memory. */
const dropped = ['tEXt', 'zTXt', 'iTXt', 'iCCP'];

/** A PNG without its texts and its colour profile. The rest stays as it is, damaged parts too: the decoder judges those. */
export function withoutTexts(png: Uint8Array): Uint8Array {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const kept: Buffer[] = [];
  let keptUntil = 0;
  for (let at = signatureLength; at + frameLength <= bytes.length;) {
    const end = at + frameLength + bytes.readUInt32BE(at);
    if (dropped.includes(bytes.toString('latin1', at + 4, at + 8))) {
      kept.push(bytes.subarray(keptUntil, at));
      keptUntil = end;
    }
    at = end;
  }
  return kept.length === 0 ? png : Buffer.concat([...kept, bytes.subarray(keptUntil)]);
}
