import { hash, randomBytes } from 'node:crypto';

const form = /^ek_[\w-]{43}$/;
const prefixCharacters = 'ek_'.length + 6;

/** A new key: `ek_` and 32 random bytes as base64url, which nobody guesses. */
export function newApiKey(): string {
  return `ek_${randomBytes(32).toString('base64url')}`;
}

/** Whether a text can be a key at all: whatever cannot is not looked up. */
export function isApiKey(text: string): boolean {
  return form.test(text);
}

/**
 * What is kept of a key. Plain SHA-256: slow hashes are for what people think up, and make every request slow; 256 random bits are
 * not to be tried out. Keys are found by it, so that the time of a comparison tells at most of digests that nobody can choose.
 */
export function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** What may be shown of a key, so that its owner can tell it from others. */
export function prefixOf(key: string): string {
  return key.slice(0, prefixCharacters);
}
