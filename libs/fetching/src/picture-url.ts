import { isIPv4 } from 'node:net';
import { checkUrlText, invalidUrl, parseHttpUrl } from './http/http-url.js';

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
  const trimmed = checkUrlText(text).trim();
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
