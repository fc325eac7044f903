import { FetchError } from '../fetching.errors.js';

/** The longest URL that is taken, in UTF-16 units. */
export const longestUrl = 2_048;

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * A text that may be a URL: not too long, without control characters.
 * @throws FetchError `url-invalid`
 */
export function checkUrlText(text: unknown): string {
  if (typeof text !== 'string') throw invalidUrl('a text');
  if (text.length > longestUrl) throw invalidUrl(`at most ${longestUrl} characters`);
  if (controlCharacter.test(text)) throw invalidUrl('no control characters');
  return text;
}

/**
 * The absolute http(s) URL behind a text, read from `base` when it is relative. URLs with a user or a password are refused.
 * @throws FetchError `url-invalid`
 */
export function parseHttpUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw invalidUrl('a URL');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalidUrl('http:// or https://');
  if (url.username !== '' || url.password !== '') throw invalidUrl('no user and no password');
  return url;
}

export function invalidUrl(expected: string): FetchError {
  return new FetchError('url-invalid', `The URL is not valid: expected ${expected}`);
}
