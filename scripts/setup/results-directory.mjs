// @ts-check
import { join } from 'node:path';

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
  const { default: pg } = await import('pg'); // not at the top: this file is read before packages are installed
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query(
      'SELECT system_identifier AS cluster, oid AS database FROM pg_control_system(), pg_database WHERE datname = current_database()',
    );
    return join(directory, `results-${rows[0].cluster}-${rows[0].database}`);
  } finally {
    await client.end();
  }
}
