import { deflateSync, inflateSync } from 'node:zlib';
import { packedText, pngClaiming } from '../../../libs/pictures/test/support/hostile-pictures.js';
import type { Dice } from '../dice.js';
import { mutateBytes, splice } from '../mutate-bytes.js';
import type { Corpus } from './corpus.js';
import { formatOf } from './format.js';

type PictureMutation = (picture: Buffer, dice: Dice, corpus: Corpus) => Buffer;

const sizes = [0, 1, 2, 3, 7, 8, 15, 16, 17, 255, 256, 257, 1_000, 4_000, 6_324, 6_325, 8_192, 16_383, 16_384, 32_768];
const hugeSizes = [40_000, 65_500, 65_535, 65_536, 1e6, 2 ** 24 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const signatures = [
  '\xff\xd8\xff\xe0',
  '\x89PNG\r\n\x1a\n',
  'RIFF\0\0\0\0WEBP',
  'GIF89a',
  'II*\0',
  'MM\0*',
  '\0\0\0\x20ftypavif',
  '\0\0\0\x20ftypavis',
];
const strangers = [
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  '%PDF-1.7\n',
  'BM',
  '\x1f\x8b\x08',
];

const hugeText = packedText(20e6);

const claim: PictureMutation = (picture, dice) => {
  const side = (): number => dice.oneOf(dice.oneIn(3) ? hugeSizes : sizes);
  formatOf(picture)?.claim(picture, side(), side());
  return picture;
};

const rearrange: PictureMutation = (picture, dice, corpus) => {
  const format = formatOf(picture);
  const pieces = format?.split(picture) ?? [];
  if (!format || pieces.length < 2) return mutateBytes(picture, dice);
  for (let change = dice.oneOf([1, 1, 2, 4]); change > 0; change--) {
    const at = dice.whole(1, pieces.length - 1);
    const piece = Buffer.from(pieces[at] ?? Buffer.alloc(0));
    const others = format.split(dice.oneOf(corpus.pictures));
    const change = dice.oneOf<() => Buffer[]>([
      () => [],
      () => [piece, piece],
      () =>
        Array.from({ length: dice.oneOf([10, 100, 1_000]) }, () => piece).slice(0, Math.ceil(2e6 / (piece.length + 1))),
      () => [piece, dice.oneOf(pieces)],
      () => [dice.oneOf(others), piece],
      () => [changed(piece, dice, format.mend)],
      () => [changed(piece, dice, format.mend)],
    ]);
    pieces.splice(at, 1, ...change());
  }
  return Buffer.concat(pieces);
};

/** A piece with other contents; half of them are made consistent again, so that more of them is read. */
function changed(piece: Buffer, dice: Dice, mend: ((piece: Buffer) => void) | undefined): Buffer {
  const result = Buffer.from(mutateBytes(piece, dice));
  if (dice.oneIn(2)) mend?.(result);
  return result;
}

/** Other pixels behind a PNG's filters, packed as they should be. */
const repack: PictureMutation = (picture, dice) => {
  const format = formatOf(picture);
  const pieces = format?.split(picture) ?? [];
  const at = pieces.findIndex((piece) => piece.toString('latin1', 4, 8) === 'IDAT');
  if (at < 0) return claim(picture, dice, { samples: new Map(), pictures: [] });
  try {
    const packed = deflateSync(mutateBytes(inflateSync(pieces[at]!.subarray(8, -4)), dice), { level: 1 });
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('IDAT'), packed, Buffer.alloc(4)]);
    chunk.writeUInt32BE(packed.length);
    format?.mend?.(chunk);
    pieces[at] = chunk;
  } catch {
    // pixels in several chunks cannot be unpacked one by one
  }
  return Buffer.concat(pieces);
};

/** One byte of the second half, where pixels are: most of what comes of it is still a picture. */
const touchPixels: PictureMutation = (picture, dice) => {
  picture[dice.whole(Math.floor(picture.length / 2), picture.length - 1)] = dice.whole(0, 255);
  return picture;
};

const mutations: readonly (readonly [number, PictureMutation])[] = [
  [30, (picture, dice) => mutateBytes(picture, dice)],
  [30, touchPixels],
  [30, rearrange],
  [15, claim],
  [5, repack],
  [10, (picture, dice, { pictures }) => splice(picture, dice.oneOf(pictures), dice)],
  [4, (picture, dice) => Buffer.concat([Buffer.from(dice.oneOf(signatures), 'latin1'), picture])],
  [
    3,
    (picture, dice) =>
      Buffer.concat([Buffer.from(dice.oneOf(signatures), 'latin1'), Buffer.from(dice.oneOf(strangers))]),
  ],
  [
    3,
    (_, dice) =>
      Buffer.concat([Buffer.from(dice.oneOf(signatures), 'latin1'), dice.bytes(dice.oneOf([0, 1, 100, 5_000]))]),
  ],
];

/** A picture of the corpus, changed once or several times; now and then one that is meant to be large or empty. */
export function mutatePicture(dice: Dice, corpus: Corpus): Buffer {
  if (dice.oneIn(200))
    return pngClaiming(
      64,
      64,
      Array.from({ length: dice.whole(1, 30) }, () => hugeText),
    );
  if (dice.oneIn(200)) return Buffer.alloc(dice.whole(0, 3));
  let picture = Buffer.from(dice.oneOf(corpus.pictures));
  for (let change = dice.oneOf([1, 1, 1, 2, 3, 6]); change > 0; change--) {
    picture = dice.weighted(mutations)(Buffer.from(picture), dice, corpus) as Buffer<ArrayBuffer>;
    // each change must leave the next something to change, and the network something to carry
    if (picture.length > 4e6) picture = picture.subarray(0, 4e6);
  }
  return picture;
}
