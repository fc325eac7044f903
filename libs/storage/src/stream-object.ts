import { Readable } from 'node:stream';
import type { ByteRange, ObjectStorage } from './object-storage.js';
import { StorageError } from './storage.errors.js';

/** What of an object is in memory for each who reads it. */
const pieceBytes = 1024 ** 2;

/**
 * Reads a part of an object that never changes, a piece at a time as they are taken: a slow reader holds a piece of memory, and none of
 * the storage's connections.
 * @returns undefined where there is no object. The stream is destroyed with a StorageError where the object ends before, or goes
 * @throws StorageError
 */
export async function streamObject(
  storage: Pick<ObjectStorage, 'name' | 'readRange'>,
  key: string,
  range: ByteRange,
): Promise<Readable | undefined> {
  const beginning = await storage.readRange(key, pieceAt(range.first, range));
  if (!beginning) return undefined;
  return Readable.from(pieces(storage, key, range, beginning), { objectMode: false, highWaterMark: pieceBytes });
}

async function* pieces(
  storage: Pick<ObjectStorage, 'name' | 'readRange'>,
  key: string,
  range: ByteRange,
  beginning: Uint8Array,
): AsyncGenerator<Uint8Array> {
  let piece: Uint8Array | undefined = beginning;
  for (let at = range.first; at <= range.last; at += piece.length) {
    if (at > range.first) piece = await storage.readRange(key, pieceAt(at, range));
    if (!piece?.length) throw new StorageError('storage-unavailable', `${key} in ${storage.name} ends at ${at}`);
    yield piece;
  }
}

function pieceAt(first: number, { last }: ByteRange): ByteRange {
  return { first, last: Math.min(last, first + pieceBytes - 1) };
}
