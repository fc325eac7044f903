import { isIPv4 } from 'node:net';
import { invalidUrl, parseHttpUrl } from './http/http-url.js';

/** The longest URL that is taken, in UTF-16 units. */
const longestPictureUrl = 2048;

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;
const withScheme = /^https?:\/\//i;
const withoutScheme = /^(?<host>\[[0-9a-f:.]+\]|[^\s/?#:@[\]\\]+)(?<port>:\d{1,5})?(?:[/?#].*)?$/i;
const lastLabel = /[^.]\.(?<label>[^.]+)\.?$/;

/**
 * The URLs that a text may mean, in the order in which to try them: itself, or `https://` and then `http://` before a text
 * that has no scheme but begins with something that can only be a host (a name with a dot, `localhost`, an address, or
 * anything with a port). Pure: whether the address may be connected to is decided when it is.
 * @throws FetchError `url-invalid`
 */
export function parsePictureUrl(text: unknown): readonly URL[] {
  if (typeof text !== 'string') throw invalidUrl('a text');
  if (text.length > longestPictureUrl) throw invalidUrl(`at most ${longestPictureUrl} characters`);
  if (controlCharacter.test(text)) throw invalidUrl('no control characters');
  const trimmed = text.trim();
  if (withScheme.test(trimmed)) return [parseHttpUrl(trimmed)];
  if (!beginsWithHost(trimmed)) throw invalidUrl('http://, https:// or a host at its beginning');
  return [parseHttpUrl(`https://${trimmed}`), parseHttpUrl(`http://${trimmed}`)];
}

/** Whether `parsePictureUrl` takes it. */
export function isPictureUrl(text: unknown): text is string {
  try {
    parsePictureUrl(text);
    return true;
  } catch {
    return false;
  }
}

function beginsWithHost(text: string): boolean {
  const { host, port } = withoutScheme.exec(text)?.groups ?? {};
  if (host === undefined) return false;
  if (port !== undefined || host.startsWith('[') || host.toLowerCase() === 'localhost' || isIPv4(host)) return true;
  const label = lastLabel.exec(host)?.groups?.['label'];
  return label !== undefined && !/^\d/.test(label);
}
