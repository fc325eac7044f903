// @ts-check
import { join } from 'node:path';

/**
 * Of a URL with several servers, which the driver does not know, one for each; else the URL itself.
 *
 * @param {string} url
 */
function urlsOf(url) {
  const [, before = '', servers = '', after = ''] = /^([^:]*:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/.exec(url) ?? [];
  return servers.split(',').map((server) => `${before}${server}${after}`);
}

/**
 * @param {string} url
 * @returns {Promise<string>} the identifiers of cluster and database, the same on a primary and its standbys
 */
async function identify(url) {
  const { default: pg } = await import('pg'); // not at the top: this file is read before packages are installed
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query(
      'SELECT system_identifier AS cluster, oid AS database FROM pg_control_system(), pg_database WHERE datname = current_database()',
    );
    return `${rows[0].cluster}-${rows[0].database}`;
  } finally {
    await client.end();
  }
}

/**
 * Where results go that belong to this database: DATA_DIR where it is set, otherwise a folder named after the database's own
 * identifiers. Ids begin anew in a new database, and beside the files of an old one a new image would find an old description.
 *
 * @param {string} directory
 * @param {string} databaseUrl
 * @returns {Promise<string>}
 */
export async function chooseResultsDirectory(directory, databaseUrl) {
  if (process.env.DATA_DIR) return process.env.DATA_DIR;
  const [first = databaseUrl, ...others] = urlsOf(databaseUrl);
  let identifiers = identify(first);
  for (const url of others) identifiers = identifiers.catch(() => identify(url));
  return join(directory, `results-${await identifiers}`);
}
