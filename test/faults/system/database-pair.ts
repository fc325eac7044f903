import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Link } from '../../support/network/link.js';
import {
  startPostgresStandby,
  startPrivatePostgres,
  type PostgresStandby,
  type PrivatePostgres,
} from '../../support/setup-scripts.js';
import { until } from '../../support/until.js';

/** How a standby follows: a commit waits for a synchronous one, and not for an asynchronous one. */
export type Replication = 'synchronous' | 'asynchronous';

/** A PostgreSQL, and a standby that follows it by a way that can be cut. */
export class DatabasePair {
  private constructor(
    readonly primary: PrivatePostgres,
    readonly standby: PostgresStandby,
    /** How what the primary writes comes to the standby. */
    readonly replication: Link,
  ) {}

  static async open(root: string, kind: Replication): Promise<DatabasePair> {
    const primary = await startPrivatePostgres({ directory: join(root, 'postgres') });
    const replication = await Link.open(primary.url);
    const replicationUrl = replication.url;
    const standby = await startPostgresStandby(primary, { directory: join(root, 'standby'), replicationUrl });
    if (kind === 'synchronous') {
      await primary.execute(`ALTER SYSTEM SET synchronous_standby_names = 'standby'`);
      await primary.execute('SELECT pg_reload_conf()');
    }
    const state = kind === 'synchronous' ? 'sync' : 'async';
    await until('the standby follows', async () => {
      const rows = await primary.execute('SELECT state, sync_state FROM pg_stat_replication');
      return rows.some((row) => row['state'] === 'streaming' && row['sync_state'] === state);
    });
    return new DatabasePair(primary, standby, replication);
  }

  /** `url`, which leads to the primary, with the standby as a second server, and a demand for the one that takes writes. */
  withStandby(url: string): string {
    const { host, pathname, username, password } = new URL(url);
    const standby = new URL(this.standby.url).host;
    return `postgresql://${username}:${password}@${host},${standby}${pathname}?target_session_attrs=read-write`;
  }

  /** Ends the standby. */
  async close(): Promise<void> {
    await this.standby.kill();
    await this.replication.close();
    await rm(this.standby.directory, { recursive: true, force: true });
  }
}
