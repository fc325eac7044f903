import type { ReadBytes } from './pickle-input.js';
import { broken } from './pytorch-error.js';
import { read64, saturated16, saturated32 } from './zip-fields.js';

/** Where the list of a zip archive's entries lies. */
export interface DirectoryPlace {
  entries: number;
  start: number;
  /** First byte behind it. */
  end: number;
}

const endSignature = 0x06054b50;
const endBytes = 22;
const longestComment = 0xffff;
const locatorSignature = 0x07064b50;
const locatorBytes = 20;
const end64Signature = 0x06064b50;
const end64Bytes = 56;

/**
 * Reads the records at the end of a zip archive (PKWARE's APPNOTE.TXT, 4.3.14 to 4.3.16).
 * @throws CheckpointError `bad-pytorch-file` where they contradict each other or the file
 */
export function findDirectory(file: string, size: number, read: ReadBytes): DirectoryPlace {
  const { at, record } = findEnd(file, size, read);
  const disks = [record.readUInt16LE(4), record.readUInt16LE(6)];
  const counts = [record.readUInt16LE(8), record.readUInt16LE(10)];
  const bytes = record.readUInt32LE(12);
  const start = record.readUInt32LE(16);
  const wide = findEnd64(file, at, read);
  if (!wide) {
    if (disks.some((disk) => disk !== 0) || counts[0] !== counts[1]) throw severalDisks(file);
    return checked(file, { entries: counts[1]!, start, bytes }, at);
  }
  const agrees =
    [saturated16, wide.entries].includes(counts[1]!) &&
    [saturated32, wide.bytes].includes(bytes) &&
    [saturated32, wide.start].includes(start);
  if (!agrees) throw broken(file, 'its zip archive ends with two records that contradict each other');
  return checked(file, wide, wide.at);
}

function checked(
  file: string,
  place: { entries: number; start: number; bytes: number },
  behind: number,
): DirectoryPlace {
  const { entries, start, bytes } = place;
  if (start + bytes !== behind) {
    throw broken(file, `its zip directory of ${bytes} bytes at ${start} does not end at ${behind}, where it has to`);
  }
  return { entries, start, end: behind };
}

function findEnd(file: string, size: number, read: ReadBytes): { at: number; record: Buffer } {
  const length = Math.min(size, endBytes + longestComment);
  const tail = read(size - length, length);
  for (let at = length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature || at + endBytes + tail.readUInt16LE(at + 20) !== length) continue;
    return { at: size - length + at, record: tail.subarray(at, at + endBytes) };
  }
  throw broken(file, 'its zip archive has no end (truncated?)');
}

function findEnd64(file: string, end: number, read: ReadBytes) {
  if (end < locatorBytes) return undefined;
  const locator = read(end - locatorBytes, locatorBytes);
  if (locator.readUInt32LE(0) !== locatorSignature) return undefined;
  const at = read64(file, locator, 8);
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw severalDisks(file);
  if (at + end64Bytes > end - locatorBytes) throw broken(file, 'its zip64 record lies outside of the file');
  const record = read(at, end64Bytes);
  const isRecord =
    record.readUInt32LE(0) === end64Signature && at + 12 + read64(file, record, 4) === end - locatorBytes;
  if (!isRecord) throw broken(file, 'its zip64 record is not where it is said to be');
  const entries = read64(file, record, 32);
  const disks = [record.readUInt32LE(16), record.readUInt32LE(20)];
  if (disks.some((disk) => disk !== 0) || read64(file, record, 24) !== entries) throw severalDisks(file);
  return { at, entries, bytes: read64(file, record, 40), start: read64(file, record, 48) };
}

function severalDisks(file: string) {
  return broken(file, 'its zip archive is one of several parts');
}
