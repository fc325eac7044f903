import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { parseDatabaseUrl } from '@ekphrasis/persistence';

export interface OwnDatabase {
  /** `postgresql://…`, with the database. */
  readonly url: string;
  /** Runs one statement and gives its rows. */
  query<Row extends object>(statement: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** An empty database of the test's own on the server that `npm test` provides. */
export async function createOwnDatabase(): Promise<OwnDatabase> {
  const [server] = parseDatabaseUrl(process.env['DATABASE_URL'] ?? '')?.hosts ?? [];
  if (!server) throw new Error('DATABASE_URL is not set: start the tests with `npm test`');
  const { url: serverUrl } = server;
  const name = `test-${randomUUID()}`;
  await runOn(serverUrl, `CREATE DATABASE "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: (statement, values) => runOn(url.href, statement, values),
    drop: async () => void (await runOn(serverUrl, `DROP DATABASE "${name}" WITH (FORCE)`)),
  };
}

async function runOn<Row extends object>(url: string, statement: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 20_000 });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}
