import { quoted } from '../weights/quoted.js';
import type { ReadBytes } from './pickle-input.js';
import { broken } from './pytorch-error.js';
import { findDirectory, type DirectoryPlace } from './zip-end.js';
import { saturated32, widened } from './zip-fields.js';

/* A model of ten thousand tensors has as many entries, of a hundred bytes each in the directory. */
const mostEntries = 50_000;
const largestDirectory = 16 << 20;
const longestName = 512;

const entrySignature = 0x02014b50;
const entryBytes = 46;
const localSignature = 0x04034b50;
const localBytes = 30;

/** Of an entry's flags: encrypted, its sizes stand behind it, strongly encrypted, its header is masked. */
const flags = { encrypted: 1, sizesBehind: 1 << 3, strong: 1 << 6, masked: 1 << 13 };

interface ZipEntry {
  name: string;
  flag: number;
  method: number;
  size: number;
  /** Its size in the file, which is another where it is compressed. */
  stored: number;
  /** Of its own header. */
  start: number;
  /** What its bytes must end before: the next entry or the directory. */
  limit: number;
}

/** Where an entry's bytes lie in the file. */
export interface ZipRecord {
  start: number;
  size: number;
}

/**
 * A zip archive as PyTorch writes it: what is read of it is stored as it is, not compressed, so that it can be read in place.
 * Its directory is checked as a whole: no entry lies in another, outside of the file, or under another's name.
 */
export class ZipArchive {
  private constructor(
    private readonly file: string,
    private readonly read: ReadBytes,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {}

  /** @throws CheckpointError `bad-pytorch-file` */
  static open(file: string, size: number, read: ReadBytes): ZipArchive {
    const place = findDirectory(file, size, read);
    const bytes = place.end - place.start;
    if (bytes > largestDirectory)
      throw broken(file, `its zip directory has ${bytes} bytes, more than ${largestDirectory}`);
    if (place.entries > mostEntries) throw broken(file, `has ${place.entries} entries, more than ${mostEntries}`);
    const entries = parseDirectory(file, read(place.start, bytes), place);
    setLimits(file, [...entries.values()], place.start);
    return new ZipArchive(file, read, entries);
  }

  get names(): Iterable<string> {
    return this.entries.keys();
  }

  /** Finds an entry's bytes by its own header, whose length only it knows; undefined where there is no such entry. */
  record(name: string): ZipRecord | undefined {
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    refuseEncoding(this.file, entry);
    const header = this.read(entry.start, localBytes);
    if (header.readUInt32LE(0) !== localSignature) throw this.broken(name, 'is not where the directory says');
    const [flag, method, nameLength, extraLength] = [6, 8, 26, 28].map((at) => header.readUInt16LE(at));
    refuseEncoding(this.file, { ...entry, flag: flag!, method: method! });
    const start = entry.start + localBytes + nameLength! + extraLength!;
    if (start + entry.size > entry.limit) throw this.broken(name, 'reaches into what follows it');
    const rest = this.read(entry.start + localBytes, nameLength! + extraLength!);
    if (rest.subarray(0, nameLength).toString('utf8') !== name) throw this.broken(name, 'calls itself by another name');
    if (!(flag! & flags.sizesBehind)) this.compareSizes(entry, header, rest.subarray(nameLength));
    return { start, size: entry.size };
  }

  private compareSizes({ name, size }: ZipEntry, header: Buffer, extra: Buffer): void {
    const claimed = [header.readUInt32LE(22), header.readUInt32LE(18)];
    if (widened(this.file, claimed, extra).some((own) => own !== size)) {
      throw this.broken(name, 'has another size than the directory says');
    }
  }

  private broken(name: string, why: string) {
    return broken(this.file, `its entry ${quoted(name)} ${why}`);
  }
}

function parseDirectory(
  file: string,
  directory: Buffer,
  { entries: count, start }: DirectoryPlace,
): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const isThere = at + entryBytes <= directory.length && directory.readUInt32LE(at) === entrySignature;
    if (!isThere) throw broken(file, `its zip directory has ${index} entries but claims ${count}`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => directory.readUInt16LE(at + place));
    const end = at + entryBytes + nameLength! + extraLength! + commentLength!;
    if (end > directory.length || nameLength! > longestName)
      throw broken(file, `entry ${index} of its zip directory is too long`);
    const entry = parseEntry(file, directory.subarray(at, end), nameLength!, extraLength!);
    if (entries.has(entry.name)) throw broken(file, `has two entries ${quoted(entry.name)}`);
    if (entry.start + localBytes + nameLength! + entry.stored > start) {
      throw broken(file, `its entry ${quoted(entry.name)} reaches beyond the entries (truncated?)`);
    }
    entries.set(entry.name, entry);
    at = end;
  }
  if (at !== directory.length)
    throw broken(file, `its zip directory has more than the ${count} entries that it claims`);
  return entries;
}

function parseEntry(file: string, bytes: Buffer, nameLength: number, extraLength: number): ZipEntry {
  const name = bytes.subarray(entryBytes, entryBytes + nameLength).toString('utf8');
  const extra = bytes.subarray(entryBytes + nameLength, entryBytes + nameLength + extraLength);
  const claimed = [bytes.readUInt32LE(24), bytes.readUInt32LE(20), bytes.readUInt32LE(42)];
  const [size, stored, start] = widened(file, claimed, extra) as [number, number, number];
  if (![0, 0xffff].includes(bytes.readUInt16LE(34)))
    throw broken(file, `its entry ${quoted(name)} lies on another disk`);
  const [flag, method] = [bytes.readUInt16LE(8), bytes.readUInt16LE(10)];
  return { name, flag, method, size, stored, start, limit: saturated32 };
}

function refuseEncoding(file: string, { name, flag, method, size, stored }: ZipEntry): void {
  if (flag & (flags.encrypted | flags.strong | flags.masked))
    throw broken(file, `its entry ${quoted(name)} is encrypted`);
  if (method !== 0) throw broken(file, `its entry ${quoted(name)} is compressed (method ${method}); PyTorch stores`);
  if (size !== stored)
    throw broken(file, `its entry ${quoted(name)} has the sizes ${stored} and ${size} without compression`);
}

/** Each entry ends before the next begins; the exact place where its bytes begin is known only when it is read. */
function setLimits(file: string, entries: ZipEntry[], directoryStart: number): void {
  entries.sort((one, other) => one.start - other.start);
  for (const [index, entry] of entries.entries()) {
    const next = entries[index + 1];
    entry.limit = next?.start ?? directoryStart;
    if (entry.start + localBytes + entry.name.length + entry.stored > entry.limit) {
      throw broken(file, `its entries ${quoted(entry.name)} and ${quoted(next?.name ?? 'directory')} overlap`);
    }
  }
}
