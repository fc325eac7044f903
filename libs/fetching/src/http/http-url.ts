import { FetchError } from '../fetching.errors.js';

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
