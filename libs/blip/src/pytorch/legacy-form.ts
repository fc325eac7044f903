import { quoted } from '../weights/quoted.js';
import type { SavedObject } from './archive-form.js';
import { PickleInput, type ReadBytes } from './pickle-input.js';
import { PickleDictionary, PickleList, type PickleValue } from './pickle-values.js';
import { broken } from './pytorch-error.js';
import { StateDictRules } from './state-dict-rules.js';
import { unpickle } from './unpickle.js';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
const longestPickles = 64 << 20;

/**
 * Reads what `torch.save` wrote before 1.6, and writes since with `_use_new_zipfile_serialization=False`: pickles of a magic number, a
 * protocol version, the machine, the object and the keys of its storages; behind them each storage in that order, as
 * its length in elements (int64) and its bytes.
 */
export function readLegacyForm(file: string, size: number, read: ReadBytes): SavedObject {
  const rules = new StateDictRules(file);
  const input = new PickleInput(file, read, 0, Math.min(size, longestPickles));
  if (unpickle(input, rules) !== magicNumber) throw broken(file, 'is a pickle, but not one of PyTorch');
  const version = unpickle(input, rules);
  if (version !== protocolVersion)
    throw broken(file, `has another version of PyTorch’s older format than ${protocolVersion}`);
  refuseBigEndian(file, unpickle(input, rules));
  const value = unpickle(input, rules);
  const keys = unpickle(input, rules);
  if (!(keys instanceof PickleList)) throw broken(file, 'has no list of its storages');
  return { value, places: findStorages(file, size, read, keys.items, rules, input.position) };
}

function refuseBigEndian(file: string, machine: PickleValue): void {
  const isLittle = machine instanceof PickleDictionary && machine.entries.get('little_endian') === true;
  if (!isLittle) throw broken(file, 'was written by a machine of another byte order, expected little-endian');
}

function findStorages(
  file: string,
  size: number,
  read: ReadBytes,
  keys: readonly PickleValue[],
  rules: StateDictRules,
  start: number,
): Map<string, number> {
  const places = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === 'string' ? rules.storages.get(key) : undefined;
    if (!storage) throw broken(file, 'lists a storage that its pickle does not describe');
    if (places.has(storage.key)) throw broken(file, `lists its storage ${quoted(storage.key)} twice`);
    if (at + 8 > size) throw broken(file, 'ends among its storages (truncated?)');
    const elements = Number(read(at, 8).readBigInt64LE());
    if (elements !== storage.elements) {
      throw broken(file, `its storage ${quoted(storage.key)} has ${elements} elements, expected ${storage.elements}`);
    }
    places.set(storage.key, at + 8);
    at += 8 + elements * storage.elementBytes;
    if (at > size) throw broken(file, `its storage ${quoted(storage.key)} ends behind the file (truncated?)`);
  }
  for (const key of rules.storages.keys()) {
    if (!places.has(key)) throw broken(file, `its storage ${quoted(key)} is missing`);
  }
  return places;
}
