import type { Dice } from './dice.js';

/** A change to some bytes; they themselves stay as they are. */
export type Mutation = (bytes: Buffer, dice: Dice) => Buffer;

const flipBits: Mutation = (bytes, dice) => {
  const flips = dice.oneOf([1, 1, 2, 4, 16, 64]);
  for (let flip = 0; flip < flips; flip++) bytes[dice.whole(0, bytes.length - 1)]! ^= 1 << dice.whole(0, 7);
  return bytes;
};

const setBytes: Mutation = (bytes, dice) => {
  const at = dice.whole(0, bytes.length - 1);
  bytes.fill(
    dice.oneOf([0, 0xff, 0x7f, 0x80, 0x0a, 0x25, 0x41]),
    at,
    Math.min(bytes.length, at + dice.oneOf([1, 1, 2, 4, 32])),
  );
  return bytes;
};

const setNumber: Mutation = (bytes, dice) => {
  const size = dice.oneOf([2, 4]);
  if (bytes.length < size) return bytes;
  const at = dice.whole(0, bytes.length - size);
  const number = dice.oneOf([
    0,
    1,
    0x7f,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    ...(size === 4 ? [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1] : []),
  ]);
  if (dice.oneIn(2)) bytes.writeUIntBE(number, at, size);
  else bytes.writeUIntLE(number, at, size);
  return bytes;
};

const truncate: Mutation = (bytes, dice) => bytes.subarray(0, dice.whole(0, bytes.length - 1));

const cutOut: Mutation = (bytes, dice) => {
  const at = dice.whole(0, bytes.length - 1);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + dice.oneOf([1, 2, 8, 64, 1024]))]);
};

const insert: Mutation = (bytes, dice) => {
  const at = dice.whole(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), dice.bytes(dice.oneOf([1, 2, 8, 64, 1024])), bytes.subarray(at)]);
};

const repeat: Mutation = (bytes, dice) => {
  const from = dice.whole(0, bytes.length - 1);
  const block = bytes.subarray(from, from + dice.oneOf([1, 4, 16, 256, 4096]));
  const copies = Array.from({ length: dice.oneOf([1, 2, 16, 100]) }, () => block);
  return Buffer.concat([bytes.subarray(0, from), ...copies, bytes.subarray(from)]);
};

const swap: Mutation = (bytes, dice) => {
  const [first, second] = [dice.whole(0, bytes.length - 1), dice.whole(0, bytes.length - 1)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  const length = Math.min(dice.oneOf([1, 8, 128]), second - first);
  const moved = Buffer.from(bytes.subarray(first, first + length));
  bytes.copyWithin(first, second, second + length);
  bytes.set(moved.subarray(0, Math.max(0, bytes.length - second)), second);
  return bytes;
};

const mutations = [flipBits, flipBits, setBytes, setNumber, truncate, cutOut, insert, repeat, swap];

/** Changes some bytes without any notion of what they mean. */
export const mutateBytes: Mutation = (bytes, dice) =>
  bytes.length === 0 ? dice.bytes(dice.whole(0, 16)) : dice.oneOf(mutations)(Buffer.from(bytes), dice);

/** The beginning of one and the end of another. */
export function splice(first: Buffer, second: Buffer, dice: Dice): Buffer {
  return Buffer.concat([first.subarray(0, dice.whole(0, first.length)), second.subarray(dice.whole(0, second.length))]);
}
