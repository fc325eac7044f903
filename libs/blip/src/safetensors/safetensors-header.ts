import { CheckpointError } from '../checkpoint/checkpoint-error.js';
import { quoted, shownJson, shownShape } from '../weights/quoted.js';

/** Bytes per element of the types that the format knows (its own README lists them). */
const elementSizes: Readonly<Record<string, number>> = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1,
  I16: 2, U16: 2, F16: 2, BF16: 2,
  I32: 4, U32: 4, F32: 4,
  I64: 8, U64: 8, F64: 8,
}; // prettier-ignore

/** Bytes of the longest header that is read: 15,000 tensors; parsed JSON takes forty times its length. (The format's own limit is 100 MB.) */
export const longestHeader = 2 << 20;

/** Where one tensor lies, checked: within the file, as long as its shape and type need, and over no other. */
export interface TensorEntry {
  /** Unique in the file. */
  name: string;
  /** The format's word for the elements' type, a key of `elementSizes`: `F32`, `BF16`, … */
  type: string;
  /** Elements along each dimension, outermost first, whole numbers of at least 0; `[]` for a single number. */
  shape: readonly number[];
  /** Its first byte, counted from the first one after the header. */
  start: number;
  /** The byte behind its last, counted likewise: `end - start` is the elements' number times their size. */
  end: number;
}

/** What a safetensors file says of itself. */
export interface SafetensorsHeader {
  /** By their names. */
  tensors: ReadonlyMap<string, TensorEntry>;
  /** The file's free-form notes (`__metadata__`), such as `format: pt`; nothing here relies on them. */
  metadata: Readonly<Record<string, string>>;
}

/**
 * Parses and checks the header of a safetensors file (https://github.com/huggingface/safetensors, "Format").
 * @param text the header's JSON
 * @param dataLength bytes of the file behind the header
 * @param file the file's name, for messages
 * @throws CheckpointError `bad-safetensors` when the header contradicts itself or the file
 */
export function parseSafetensorsHeader(text: string, dataLength: number, file: string): SafetensorsHeader {
  const parsed = parseObject(text, file);
  const tensors = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') metadata = value as Record<string, string>;
    else tensors.set(name, parseEntry(name, value, dataLength, file));
  }
  refuseOverlaps([...tensors.values()], file);
  return { tensors, metadata };
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch (cause) {
    throw broken(file, 'its header is not JSON', cause);
  }
  throw broken(file, 'its header is not a JSON object');
}

function parseEntry(name: string, value: unknown, dataLength: number, file: string): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const elementSize = typeof dtype === 'string' && Object.hasOwn(elementSizes, dtype) ? elementSizes[dtype] : undefined;
  if (elementSize === undefined) throw broken(file, `tensor ${quoted(name)} has the unknown type ${shownJson(dtype)}`);
  if (!isCounts(shape)) throw broken(file, `tensor ${quoted(name)} has the shape ${shownJson(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw broken(file, `tensor ${quoted(name)} has the data_offsets ${shownJson(offsets)}`);
  }
  const [start, end] = offsets as [number, number];
  const expected = shape.reduce((product, size) => product * size, elementSize);
  if (end - start !== expected) {
    throw broken(
      file,
      `tensor ${quoted(name)} of shape ${shownShape(shape)} needs ${expected} bytes but its data_offsets span ${end - start}`,
    );
  }
  if (end > dataLength) {
    throw broken(
      file,
      `tensor ${quoted(name)} ends at byte ${end} of the data, but the file has only ${dataLength} (truncated?)`,
    );
  }
  return { name, type: dtype as string, shape, start, end };
}

function refuseOverlaps(entries: TensorEntry[], file: string): void {
  const ordered = entries.filter((entry) => entry.end > entry.start).sort((a, b) => a.start - b.start);
  for (let index = 1; index < ordered.length; index++) {
    const [before, after] = [ordered[index - 1]!, ordered[index]!];
    if (after.start < before.end)
      throw broken(file, `tensors ${quoted(before.name)} and ${quoted(after.name)} overlap`);
  }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** The one kind of error of this format. */
export function broken(file: string, why: string, cause?: unknown): CheckpointError {
  return new CheckpointError('bad-safetensors', `${file}: ${why}`, cause);
}
