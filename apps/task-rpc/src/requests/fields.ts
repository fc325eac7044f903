import { RequestRefusedError } from './request.errors.js';
import { wellFormed } from './well-formed.js';

type Data = Readonly<Record<string, unknown>>;

/** A text of 1 to `longest` characters (code points), without NUL. @throws {RequestRefusedError} */
export function textIn(data: Data, name: string, longest: number): string {
  const value = data[name];
  if (typeof value === 'string' && value !== '' && isStorable(value, longest)) return wellFormed(value);
  throw refused(name, `a text of 1 to ${longest.toLocaleString('en')} characters without NUL`, value);
}

/** The same, possibly empty; null where it is null or not given. @throws {RequestRefusedError} */
export function optionalTextIn(data: Data, name: string, longest: number): string | null {
  const value = data[name] ?? null;
  if (value === null) return null;
  if (typeof value === 'string' && isStorable(value, longest)) return wellFormed(value);
  throw refused(name, `a text of at most ${longest.toLocaleString('en')} characters without NUL`, value);
}

/** One of a few words. @throws {RequestRefusedError} */
export function wordIn<Word extends string>(data: Data, name: string, words: readonly Word[]): Word {
  const value = data[name];
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw refused(name, `one of ${words.join(', ')}`, value);
}

export function refused(name: string, what: string, value: unknown): RequestRefusedError {
  return new RequestRefusedError(`Expected ${what} for ${name} but received ${described(value)}`);
}

function isStorable(value: string, longest: number): boolean {
  if (value.includes('\0') || value.length > 2 * longest) return false;
  return value.length <= longest || [...value].length <= longest;
}

/** Short, and nothing of a text: it may be a password. */
function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'another text';
  return Array.isArray(value) ? 'an array' : 'an object';
}
