/** One server of `DATABASE_URL`. */
export interface DatabaseHost {
  /** As it may be shown: `host:port`. */
  readonly name: string;
  /** The URL with this server alone, as the driver understands it. */
  readonly url: string;
}

/** What `DATABASE_URL` says. */
export interface DatabaseAddress {
  /** In the order in which they are tried. */
  readonly hosts: readonly DatabaseHost[];
  /** The database's name, as it stands in the URL. */
  readonly database: string;
  /** Whether only a server will do that takes writes: `target_session_attrs=read-write`. */
  readonly needsWrites: boolean;
}

const form = /^(postgres(?:ql)?:\/\/)(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/i;
const hostForm = /^(\[[\da-f:.]+\]|[^[\]:,\s]+)(?::(\d{1,5}))?$/i;
const defaultPort = '5432';

/**
 * Reads `postgresql://user:password@one:5432,other:5432/database?target_session_attrs=read-write`: a URL with several servers,
 * which libpq knows and neither `URL` nor the driver does. Everything else of the URL is left to the driver.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 * @returns undefined where it is none
 */
export function parseDatabaseUrl(text: string): DatabaseAddress | undefined {
  const [, scheme, user, servers, path = '', query = ''] = form.exec(text) ?? [];
  if (scheme === undefined || servers === undefined) return undefined;
  const parameters = query.split('&').filter((parameter) => parameter !== '');
  const [attributes, ...others] = parameters.filter(isSessionAttributes).map((parameter) => parameter.split('=')[1]);
  if (others.length > 0 || !['any', 'read-write', undefined].includes(attributes)) return undefined;
  const rest = parameters.filter((parameter) => !isSessionAttributes(parameter)).join('&');
  const hosts = servers.split(',').map((server) => {
    const [, host, port = defaultPort] = hostForm.exec(server) ?? [];
    const url = `${scheme}${user === undefined ? '' : `${user}@`}${server}${path}${rest && `?${rest}`}`;
    return host === undefined || !URL.canParse(url) ? undefined : { name: `${host}:${port}`, url };
  });
  if (!hosts.every((host) => host !== undefined)) return undefined;
  return { hosts, database: path.slice(1), needsWrites: attributes === 'read-write' };
}

function isSessionAttributes(parameter: string): boolean {
  return parameter.startsWith('target_session_attrs=');
}
