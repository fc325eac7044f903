import {
  bytesOf,
  dictionary,
  integer,
  list,
  orderedDictionary,
  pickle,
  storage,
  tensor,
  text,
  yes,
  no,
  type WrittenStorage,
} from './pickle-writer.js';
import { writeZip, type ZipOptions, type ZipPart } from './zip-writer.js';

export type Storages = readonly (WrittenStorage & { bytes: Buffer })[];

export interface ArchiveOptions extends ZipOptions {
  root?: string;
  /** Further entries, by what comes behind the root's name. */
  more?: Record<string, string>;
  /** Changes to the entries before they are written. */
  parts?: (parts: ZipPart[]) => void;
}

/** What `torch.save` writes since 1.6, of a whole pickle and its storages. */
export function writeArchive(data: Buffer, storages: Storages, options: ArchiveOptions = {}): Buffer {
  const { root = 'archive', more = {} } = options;
  const parts: ZipPart[] = [
    { name: `${root}/data.pkl`, bytes: data },
    ...storages.map(({ key, bytes }) => ({ name: `${root}/data/${key}`, bytes })),
    ...Object.entries({ version: '3\n', ...more }).map(([name, value]) => ({
      name: `${root}/${name}`,
      bytes: Buffer.from(value),
    })),
  ];
  options.parts?.(parts);
  return writeZip(parts, options);
}

export const magic = Buffer.from('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.', 'latin1');

export interface LegacyOptions {
  version?: number;
  littleEndian?: boolean;
  /** The list of storages where it is another. */
  keys?: string[];
}

/** What `torch.save` wrote before 1.6. */
export function writeLegacy(data: Buffer, storages: Storages, options: LegacyOptions = {}): Buffer {
  const { version = 1001, littleEndian = true, keys = storages.map(({ key }) => key) } = options;
  return Buffer.concat([
    magic,
    pickle(integer(version)),
    pickle(dictionary([text('little_endian'), littleEndian ? yes : no])),
    data,
    pickle(list(...keys.map(text))),
    ...storages.flatMap(({ elements, bytes }) => [bytesOf(8, elements), bytes]),
  ]);
}

/** A storage of float32. */
export function floats(key: string, values: readonly number[]): Storages[number] {
  return { key, type: 'FloatStorage', elements: values.length, bytes: Buffer.from(Float32Array.from(values).buffer) };
}

/** A state dict with the one tensor "w" [2, 3]. */
export function smallStateDict(): { data: Buffer; storages: Storages } {
  const weights = floats('0', [1, 2, 3, 4, 5, 6]);
  const w = tensor(storage(weights), { shape: [2, 3], strides: [3, 1] });
  return { data: pickle(orderedDictionary([text('w'), w])), storages: [weights] };
}
