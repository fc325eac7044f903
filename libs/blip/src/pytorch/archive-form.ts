import { quoted } from '../weights/quoted.js';
import { PickleInput, type ReadBytes } from './pickle-input.js';
import type { PickleValue } from './pickle-values.js';
import { broken } from './pytorch-error.js';
import { StateDictRules } from './state-dict-rules.js';
import { unpickle } from './unpickle.js';
import { ZipArchive } from './zip-archive.js';

/** What was pickled, and the first byte in the file of each storage, by its key. */
export interface SavedObject {
  value: PickleValue;
  places: ReadonlyMap<string, number>;
}

const longestPickle = 64 << 20;
/** The newest version of the archive that PyTorch reads (`kMaxSupportedFileFormatVersion`). */
const newestVersion = 10;

/**
 * Reads what `torch.save` writes since 1.6: a zip archive with one directory, in it `data.pkl`, `version`, perhaps `byteorder`, and
 * each storage as `data/<key>`.
 */
export function readArchiveForm(file: string, size: number, read: ReadBytes): SavedObject {
  const archive = ZipArchive.open(file, size, read);
  const root = findRoot(file, archive);
  if (archive.record(`${root}/constants.pkl`)) throw broken(file, 'is a TorchScript program, expected a state dict');
  const text = (name: string): string | undefined => readText(file, archive, `${root}/${name}`, read);
  const byteOrder = text('byteorder')?.trim() ?? 'little';
  if (byteOrder !== 'little') throw broken(file, `has the byte order ${quoted(byteOrder)}, expected little`);
  const version = (text('version') ?? text('.data/version'))?.trim() ?? '1';
  if (!/^\d{1,9}$/.test(version) || Number(version) > newestVersion) {
    throw broken(file, `has the version ${quoted(version)} of PyTorch's format, newer than ${newestVersion}`);
  }
  const pickle = archive.record(`${root}/data.pkl`)!;
  if (pickle.size > longestPickle)
    throw broken(file, `its pickle has ${pickle.size} bytes, more than ${longestPickle}`);
  const rules = new StateDictRules(file);
  const value = unpickle(new PickleInput(file, read, pickle.start, pickle.start + pickle.size), rules);
  return { value, places: findStorages(file, archive, root, rules) };
}

/** All entries lie in one directory, which is called as the file was when it was saved. */
function findRoot(file: string, archive: ZipArchive): string {
  const roots = [...archive.names]
    .map((name) => /^([^/]+)\/data\.pkl$/.exec(name)?.[1])
    .filter((root) => root !== undefined);
  if (roots.length === 1) return roots[0]!;
  throw broken(
    file,
    roots.length === 0 ? 'is a zip archive without data.pkl, not one of PyTorch' : 'has several data.pkl',
  );
}

function readText(file: string, archive: ZipArchive, name: string, read: ReadBytes): string | undefined {
  const record = archive.record(name);
  if (!record) return undefined;
  if (record.size > 64) throw broken(file, `its entry ${quoted(name)} has ${record.size} bytes`);
  return read(record.start, record.size).toString('latin1');
}

function findStorages(file: string, archive: ZipArchive, root: string, rules: StateDictRules): Map<string, number> {
  const places = new Map<string, number>();
  for (const { key, elements, elementBytes } of rules.storages.values()) {
    const record = archive.record(`${root}/data/${key}`);
    if (!record) throw broken(file, `its storage ${quoted(key)} is missing`);
    if (Math.floor(record.size / elementBytes) !== elements) {
      throw broken(
        file,
        `its storage ${quoted(key)} has ${record.size} bytes, expected ${elements} elements of ${elementBytes}`,
      );
    }
    places.set(key, record.start);
  }
  return places;
}
