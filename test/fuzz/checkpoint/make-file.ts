import { writeArchive, writeLegacy } from '../../../libs/blip/test/support/pytorch-writer.js';
import type { Dice } from '../dice.js';
import { mutateBytes, splice } from '../mutate-bytes.js';
import { changeJson } from './change-json.js';
import { safetensors, stateDict, type Seeds } from './seeds.js';

type Make = (seeds: Seeds, dice: Dice) => Buffer;

/** Codes of operations, the known ones more often than others. */
const codes = [...'(.0KJMNQRXU\x88\x89\x8a\x8ctu}])esabchjqr\x80\x85\x86\x87\x93\x94\x95iIL'].map((code) =>
  code.charCodeAt(0),
);
const zipSignatures = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07'];
const lengths = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** A few changes anywhere, in most files one. */
const changed: Make = (seeds, dice) => repeatedly(dice, pick(seeds, dice), mutateBytes);

const cut: Make = (seeds, dice) => {
  const bytes = pick(seeds, dice);
  return bytes.subarray(0, dice.whole(0, bytes.length));
};

const spliced: Make = (seeds, dice) => splice(pick(seeds, dice), pick(seeds, dice), dice);

/** Numbers of the zip records, which lie within 56 bytes behind their signatures. */
const zipFields: Make = (seeds, dice) =>
  repeatedly(dice, pick(seeds, dice), (bytes) => {
    const places = zipSignatures.flatMap((signature) => placesOf(bytes, signature));
    if (places.length === 0) return mutateBytes(bytes, dice);
    const at = dice.oneOf(places) + dice.whole(4, 56);
    return writeNumber(Buffer.from(bytes), at, dice);
  });

/** A right archive or older file around a wrong pickle. */
const pickles: Make = (_, dice) => around(repeatedly(dice, stateDict().data, changePickle), dice);

/** Operations at random, which mean something more often than bytes at random. */
const programs: Make = (_, dice) => {
  const { data } = stateDict();
  const operations = Array.from({ length: dice.whole(1, 400) }, () => {
    if (!dice.oneIn(3)) return Buffer.from([dice.oneOf(codes), ...dice.bytes(dice.whole(0, 2))]);
    const from = dice.whole(0, data.length - 1);
    return data.subarray(from, from + dice.whole(1, 60));
  });
  return around(Buffer.concat([...operations, Buffer.from('.')]), dice);
};

/** One small piece again and again, a million bytes of it; in two thirds of the files behind the beginning of a right pickle. */
const floods: Make = (_, dice) => {
  const { data } = stateDict();
  const from = dice.whole(0, data.length - 1);
  const operations = Buffer.from(Array.from({ length: dice.whole(1, 6) }, () => dice.oneOf(codes)));
  const [beginning, piece] = dice.oneOf([
    ['', operations],
    [data.subarray(0, from), operations],
    [data.subarray(0, from), data.subarray(from, from + dice.whole(1, 60))],
  ]);
  return around(Buffer.concat([Buffer.from(beginning), Buffer.alloc(dice.oneOf([10_000, 1_000_000]), piece)]), dice);
};

/** Safetensors: a wrong header in front of right tensors, or anything wrong anywhere. */
const headers: Make = ({ header }, dice) =>
  dice.oneIn(4)
    ? repeatedly(dice, safetensors(header), mutateBytes)
    : safetensors(repeatedly(dice, header, changeJson));

/** The list of shards, beside which the right shards lie. */
const indexes: Make = ({ index }, dice) => repeatedly(dice, index, changeJson);

export const kinds = { changed, cut, spliced, zipFields, pickles, programs, floods, headers, indexes };
export type Kind = keyof typeof kinds;

/** How a file is to be read. */
export type FileForm = 'pytorch' | 'safetensors' | 'index';

const forms: Partial<Record<Kind, FileForm>> = { headers: 'safetensors', indexes: 'index' };

const weights: readonly (readonly [number, Kind])[] = [
  [26, 'changed'],
  [5, 'cut'],
  [5, 'spliced'],
  [18, 'zipFields'],
  [22, 'pickles'],
  [13, 'programs'],
  [1, 'floods'],
  [6, 'headers'],
  [4, 'indexes'],
];

export interface WrongFile {
  kind: Kind;
  form: FileForm;
  bytes: Buffer;
}

/** A wrong file, and perhaps still a right one: the same for the same choices. */
export function makeFile(seeds: Seeds, dice: Dice): WrongFile {
  const kind = dice.weighted(weights);
  return { kind, form: forms[kind] ?? 'pytorch', bytes: kinds[kind](seeds, dice) };
}

function pick({ small, real }: Seeds, dice: Dice): Buffer {
  return dice.oneIn(20) ? dice.oneOf(real) : dice.oneOf(small);
}

function around(data: Buffer, dice: Dice): Buffer {
  const { storages } = stateDict();
  return dice.oneIn(2) ? writeLegacy(data, storages) : writeArchive(data, storages, { zip64: dice.oneIn(4) });
}

function changePickle(bytes: Buffer, dice: Dice): Buffer {
  if (dice.oneIn(3)) return mutateBytes(bytes, dice);
  const changed = Buffer.from(bytes);
  const at = dice.whole(0, bytes.length - 1);
  if (dice.oneIn(2)) return writeNumber(changed, at, dice);
  changed[at] = dice.oneOf(codes);
  return changed;
}

function repeatedly(dice: Dice, bytes: Buffer, change: (bytes: Buffer, dice: Dice) => Buffer): Buffer {
  const times = dice.oneOf([1, 1, 1, 2, 4]);
  let changed = bytes;
  for (let time = 0; time < times; time++) changed = change(changed, dice);
  return changed;
}

function placesOf(bytes: Buffer, signature: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 1)) places.push(at);
  return places;
}

function writeNumber(bytes: Buffer, at: number, dice: Dice): Buffer {
  const size = dice.oneOf([1, 2, 4, 8]);
  if (at + size > bytes.length) return bytes;
  const value = dice.oneIn(2) ? dice.oneOf(lengths) : dice.whole(0, 4096);
  const whole = Buffer.alloc(8);
  whole.writeBigUInt64LE(BigInt(value));
  whole.copy(bytes, at, 0, size);
  return bytes;
}
