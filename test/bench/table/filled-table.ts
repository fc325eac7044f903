import { Migrator } from 'kysely';
import pg from 'pg';
import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { migrations } from '../../../libs/persistence/src/migrations/index.js';

/** The schema before the migrations that build an index on a table that may be large. */
const filledAt = '0006-storage-identity';
export const describedShare = 0.98;
const rowsAtOnce = 500_000;

/** A database of its own whose table of images is as after years: nearly all described, some failed. */
export class FilledTable {
  private constructor(
    private readonly settings: { DATABASE_URL: string },
    readonly database: Database,
    private readonly client: pg.Client,
  ) {}

  /** @param serverUrl of an administrator; the database is made there */
  static async create(serverUrl: string, rows: number): Promise<FilledTable> {
    const url = new URL(serverUrl);
    url.pathname = `/table_${rows}`;
    await onServer(serverUrl, `CREATE DATABASE table_${rows}`);
    const settings = { DATABASE_URL: url.href, DATABASE_POOL_SIZE: 4, DATABASE_STATEMENT_TIMEOUT_MS: 600_000 };
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const table = new FilledTable(
      settings,
      openDatabase(settings, () => undefined),
      client,
    );
    await table.migrateTo(filledAt);
    await table.fill(rows);
    return table;
  }

  /** Runs the migrations that are left on the full table. */
  async migrate(): Promise<void> {
    await migrateToLatest(this.settings);
  }

  async query<Row extends pg.QueryResultRow>(statement: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(statement, values)).rows;
  }

  /** Has it vacuumed as PostgreSQL does unasked, against as our migrations say. */
  async resetVacuum(): Promise<void> {
    await this.query(
      'ALTER TABLE images RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, vacuum_index_cleanup)',
    );
  }

  /** So many rows may be dead before autovacuum comes to the table, by its own settings or the server's. */
  async deadRowsLeft(): Promise<number> {
    const setting = (name: string) => `coalesce((SELECT option_value FROM pg_options_to_table(reloptions)
      WHERE option_name = '${name}'), current_setting('${name}'))::float8`;
    const [row] = await this.query<{ rows: number }>(`
      SELECT ${setting('autovacuum_vacuum_threshold')} + ${setting('autovacuum_vacuum_scale_factor')} * reltuples AS rows
      FROM pg_class WHERE oid = 'images'::regclass`);
    return row?.rows ?? 0;
  }

  /** Gibibytes of the table with its indexes. */
  async size(): Promise<number> {
    const [row] = await this.query<{ bytes: string }>(`SELECT pg_total_relation_size('images') AS bytes`);
    return Number(row?.bytes) / 2 ** 30;
  }

  async close(): Promise<void> {
    await this.database.destroy();
    await this.client.end();
  }

  private async migrateTo(name: string): Promise<void> {
    const provider = { getMigrations: async () => migrations };
    const { error } = await new Migrator({ db: this.database, provider, disableTransactions: true }).migrateTo(name);
    if (error) throw error as Error;
  }

  /** The oldest first, a second apart, the youngest a day old. Two in a hundred have failed, twenty in a row. */
  private async fill(rows: number): Promise<void> {
    for (let first = 1; first <= rows; first += rowsAtOnce) {
      await this.query(
        `INSERT INTO images (id, nonce, url, status, description, confidence, model, attempts, failure_code, failure_reason,
           queued_at, started_at, finished_at)
         SELECT id, md5(id::text), 'https://pictures.example.org/albums/2026/holiday/' || id || '.jpeg',
           CASE WHEN described THEN 'described' ELSE 'failed' END,
           CASE WHEN described THEN 'a red circle to the left of a small dog on a white background' END, 0.9, 'model', 1,
           CASE WHEN NOT described THEN 'host-unavailable' END, CASE WHEN NOT described THEN 'It does not answer' END,
           ended_at, ended_at, ended_at
         FROM (SELECT id, id % 1000 < 1000 * ${describedShare} AS described,
             now() - interval '1 day' - (${rows} - id) * interval '1 second' AS ended_at
           FROM generate_series($1::bigint, $2::bigint) AS id) AS seeded`,
        [first, Math.min(rows, first + rowsAtOnce - 1)],
      );
    }
    await this.query(`SELECT setval(pg_get_serial_sequence('images', 'id'), $1)`, [rows]);
    await this.query('VACUUM ANALYZE images');
    await this.query('CHECKPOINT');
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
