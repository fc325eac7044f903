import { broken } from './pytorch-error.js';

/** What stands in a field of 16 or 32 bits whose value is in a zip64 field instead. */
export const saturated16 = 0xffff;
export const saturated32 = 0xffff_ffff;

const zip64Extra = 0x0001;

/** A 64-bit field; no file is longer than a number counts exactly. */
export function read64(file: string, bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw broken(file, `its zip directory has the number ${value}`);
  return value;
}

/**
 * Values of 32 bits with those that are saturated replaced, in their order, from the zip64 extra field.
 * @param extra an entry's extra fields
 */
export function widened(file: string, values: readonly number[], extra: Buffer): number[] {
  if (!values.includes(saturated32)) return [...values];
  const field = findExtra(file, extra);
  let at = 0;
  return values.map((value) => {
    if (value !== saturated32) return value;
    if (!field || at + 8 > field.length) throw broken(file, 'its zip directory lacks a 64-bit field');
    return read64(file, field, (at += 8) - 8);
  });
}

function findExtra(file: string, extra: Buffer): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    if (at + 4 + length > extra.length)
      throw broken(file, 'its zip directory has an extra field that ends in the middle');
    if (id === zip64Extra) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}
