import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { Database } from './database.js';
import { withDatabaseErrors } from './persistence.errors.js';

/**
 * Which history the database is in. A lineage is the cluster, the database within it and the cluster's timeline, which changes
 * when a standby is promoted or a backup is recovered. Where it changes, what was known of the database may be gone from it.
 * Within one lineage only somebody's hand takes anything back.
 *
 * `pg_walfile_name` begins with the timeline, and everybody may call it; it fails on a standby, which nobody here writes to.
 * `pg_control_system` may be called by everybody, too, unless that was revoked.
 */
@Injectable()
export class DatabaseLineage {
  private expression?: RawBuilder<string>;

  constructor(private readonly database: Database) {}

  /** @throws DatabaseUnavailableError */
  async current(): Promise<string> {
    const expression = await this.asSql();
    const { rows } = await withDatabaseErrors(() =>
      sql<{ lineage: string }>`SELECT ${expression} AS lineage`.execute(this.database),
    );
    return rows[0]?.lineage ?? '';
  }

  /** The lineage as an expression, for a statement whose effect must be in the lineage that it tells. */
  async asSql(): Promise<RawBuilder<string>> {
    return (this.expression ??= lineageWith(await this.mayAskCluster()));
  }

  private async mayAskCluster(): Promise<boolean> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ may: boolean }>`SELECT has_function_privilege('pg_control_system()', 'execute') AS may`.execute(
        this.database,
      ),
    );
    return rows[0]?.may ?? false;
  }
}

function lineageWith(cluster: boolean): RawBuilder<string> {
  const identifier = cluster ? sql`(SELECT system_identifier FROM pg_control_system())` : sql`NULL`;
  return sql<string>`concat_ws('/', ${identifier}, (SELECT oid FROM pg_database WHERE datname = current_database()),
    left(pg_walfile_name(pg_current_wal_lsn()), 8))`;
}
