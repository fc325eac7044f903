import { sql } from 'kysely';
import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { createOwnDatabase, type OwnDatabase } from './own-database.js';
import { until } from './until.js';

/**
 * A migrated database that can come back as it was, as after a failover to a standby that lagged or from a backup: at the
 * same URL, with its rows and its sequence of then, in another lineage.
 */
export class ReplacedDatabase {
  private readonly name: string;

  private constructor(
    private readonly own: OwnDatabase,
    /** Another database of the server: nobody can drop the one that he is in. */
    private readonly other: OwnDatabase,
    readonly database: Database,
  ) {
    this.name = new URL(own.url).pathname.slice(1);
  }

  static async open(): Promise<ReplacedDatabase> {
    const [own, other] = [await createOwnDatabase(), await createOwnDatabase()];
    const settings = { DATABASE_URL: own.url, DATABASE_POOL_SIZE: 8, DATABASE_STATEMENT_TIMEOUT_MS: 60_000 };
    await migrateToLatest(settings);
    const database = openDatabase(settings, () => undefined);
    return new ReplacedDatabase(own, other, database);
  }

  /** Keeps the database as it is now. */
  async keep(): Promise<void> {
    await until('nobody uses the database', async () => {
      await this.other.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
        this.name,
      ]);
      await this.other.query(`CREATE DATABASE "${this.name}-copy" TEMPLATE "${this.name}"`);
      return true;
    });
    await this.reconnected();
  }

  /** Puts what was kept in the place of what there is. */
  async comeBack(): Promise<void> {
    await this.other.query(`DROP DATABASE "${this.name}" WITH (FORCE)`);
    await this.other.query(`ALTER DATABASE "${this.name}-copy" RENAME TO "${this.name}"`);
    await this.reconnected();
  }

  async close(): Promise<void> {
    await this.database.destroy();
    await this.own.drop();
    await this.other.drop();
  }

  /** A connection that the server has ended goes with its next use. */
  private async reconnected(): Promise<void> {
    await until('the database answers', () => sql`SELECT 1`.execute(this.database));
  }
}
