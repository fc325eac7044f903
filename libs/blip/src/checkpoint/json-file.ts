import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CheckpointError } from './checkpoint-error.js';

/** Parsed JSON takes forty times its length; of what checkpoints have, tokenizer.json is the longest, with 0.7 MB. */
const longestFile = 2 << 20;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON object.
 * @returns undefined where there is no such file
 * @throws CheckpointError `bad-checkpoint`
 */
export async function readJsonFile(path: string): Promise<JsonObject | undefined> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > longestFile) {
      throw new CheckpointError('bad-checkpoint', `${basename(path)}: has ${size} bytes, more than ${longestFile}`);
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (isJsonObject(parsed)) return parsed;
  } catch (cause) {
    throw new CheckpointError('bad-checkpoint', `${basename(path)}: not JSON`, cause);
  }
  throw new CheckpointError('bad-checkpoint', `${basename(path)}: expected a JSON object`);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads fields of one object of a configuration file, so that a wrong one is named with its place. */
export class FieldReader {
  constructor(
    private readonly object: JsonObject,
    /** e.g. `config.json: text_config.` */
    private readonly place: string,
  ) {}

  /** A nested object; empty where it is absent. */
  child(field: string): FieldReader {
    const value = this.object[field] ?? {};
    if (!isJsonObject(value)) throw this.wrong(field, 'an object', value);
    return new FieldReader(value, `${this.place}${field}.`);
  }

  /** A whole number of at least `least`. */
  count(field: string, fallback: number, least = 1): number {
    const value = this.object[field] ?? fallback;
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      throw this.wrong(field, `a whole number of at least ${least}`, value);
    }
    return value as number;
  }

  number(field: string, fallback: number): number {
    const value = this.object[field] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(field, 'a number', value);
    return value;
  }

  /** One of the given values. */
  oneOf<T>(field: string, allowed: readonly T[], fallback: T): T {
    const value = this.object[field] ?? fallback;
    if (!allowed.includes(value as T)) {
      throw this.wrong(
        field,
        allowed.map((item) => JSON.stringify(item)).join(' or '),
        value,
        'unsupported-checkpoint',
      );
    }
    return value as T;
  }

  /** Three numbers, one a colour. */
  colours(field: string, fallback: readonly number[]): [number, number, number] {
    const value = this.object[field] ?? fallback;
    const isThree = Array.isArray(value) && value.length === 3 && value.every((item) => Number.isFinite(item));
    if (!isThree) throw this.wrong(field, 'three numbers', value);
    return value as [number, number, number];
  }

  raw(field: string): unknown {
    return this.object[field];
  }

  wrong(
    field: string,
    expected: string,
    value: unknown,
    code: 'bad-checkpoint' | 'unsupported-checkpoint' = 'bad-checkpoint',
  ): CheckpointError {
    return new CheckpointError(code, `${this.place}${field}: expected ${expected} but found ${JSON.stringify(value)}`);
  }
}
