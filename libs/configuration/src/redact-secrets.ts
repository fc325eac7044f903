const SECRET_NAME = /password|secret|token|key|credential/i;

/*
 * Each of these takes time in proportion to the text, whatever is in it: none looks twice at what it has passed, and what
 * repeats without end ends nowhere but at characters that it excludes. Keep it so: strangers write what is looked at here.
 */
const ADDRESS = /(\b[a-z][a-z0-9+.-]{0,15}:)?\/\/([^\s"'<>`]+)/gi;
const QUERY = /\?[^\s"'<>`]+/g;
const SECRET_PARAMETER = /(password|secret|token|api_?key|signature|credential)=[^&\s"']+/gi;
const PORT_ALONE = /^[^:]*:\d{1,5}$|^\[[0-9a-f:.]*\](?::\d{1,5})?$/i;

/**
 * Blots out what must not be read in a log or an error: user and password of a URL, its query and its fragment, the query of
 * a path alone, and settings whose names speak of secrets (`password=…`). Everything else stays as it is. Takes time in
 * proportion to the length of the text; who does not know that length cuts the text before.
 */
export function redactSecrets(text: string): string {
  return text
    .replace(ADDRESS, (_, scheme: string | undefined, rest: string) => `${scheme ?? ''}//${redactAddress(rest)}`)
    .replace(QUERY, (query) => (query.includes('=') ? '?***' : query))
    .replace(SECRET_PARAMETER, '$1=***');
}

/** @param rest a URL behind its `//` */
function redactAddress(rest: string): string {
  const shown = withoutUser(rest);
  const end = firstOf(shown, '?', '#');
  return end === shown.length ? shown : `${shown.slice(0, end + 1)}***`;
}

/** A password may hold a slash that should have been encoded: then it is no port that stands behind the colon. */
function withoutUser(address: string): string {
  const authority = address.slice(0, firstOf(address, '/', '?', '#'));
  const hasPassword = authority.includes(':') && !PORT_ALONE.test(authority);
  const at = (hasPassword ? address : authority).lastIndexOf('@');
  return at < 0 ? address : `***:***@${address.slice(at + 1)}`;
}

/** Where the first of the characters stands, or the end. */
function firstOf(text: string, ...characters: string[]): number {
  return Math.min(...characters.map((character) => text.indexOf(character)).map((at) => (at < 0 ? text.length : at)));
}

/** How a wrong environment variable is shown to the person who set it. */
export function describeSetting(name: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (SECRET_NAME.test(name)) return 'a value that is kept secret';
  const shown = redactSecrets(value).replace(/:.*@/s, ':***@');
  return JSON.stringify(shown.length > 100 ? `${shown.slice(0, 100)}…` : shown);
}
