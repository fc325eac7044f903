import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import type { DatabaseHosts } from './database-hosts.js';
import { HostClient } from './host-client.js';
import { endsConnection, isReadOnly } from './persistence.errors.js';

/** Alone, a server gets longer than one of several: there is nothing else to try. */
const connectTimeoutMs = { alone: 3_000, ofSeveral: 1_500 };

/**
 * A pool that hands nobody a connection of which it is not known what becomes of its last statement. Where the server gave
 * no answer in time it may still carry the statement out, within a transaction that is still open; what the next user of that
 * connection takes for committed would end with that transaction. Such a connection is closed instead, and so is one whose
 * server takes no writes any more or refuses to go on with it.
 *
 * Of several servers the next one is tried where no connection can be made to the preferred one; connections to those that
 * were left are closed when they are asked for.
 */
export class ConnectionPool implements PostgresPool {
  private readonly pool: pg.Pool;

  /**
   * @param hosts shared by pools that are to use one server: what one of them leaves the others leave too
   * @param onIdleError called when a connection breaks while no statement runs on it; the pool replaces it. May be called twice for one
   */
  constructor(
    private readonly hosts: DatabaseHosts,
    config: pg.PoolConfig,
    onIdleError: (error: Error) => void,
  ) {
    const given = {
      connectionTimeoutMillis: hosts.count === 1 ? connectTimeoutMs.alone : connectTimeoutMs.ofSeveral,
      ...config,
      hosts,
      Client: HostClient as unknown as new () => pg.ClientBase,
    };
    this.pool = new pg.Pool(given);
    this.pool.on('error', onIdleError);
    // the pool listens only while nobody uses a connection, and so hears of none that breaks between two statements
    this.pool.on('connect', (client) => client.on('error', onIdleError));
  }

  async connect(): Promise<PostgresPoolClient> {
    for (let left = this.hosts.count; ; left -= 1) {
      const { failures } = this.hosts;
      try {
        return new PooledConnection(await this.takePreferred(), this.hosts);
      } catch (error) {
        // a connection that did not come free in time is no server's failure
        if (this.hosts.failures === failures) throw error;
        if (left === 1) throw this.hosts.failureOf(error as Error);
      }
    }
  }

  end(): Promise<void> {
    return this.pool.end();
  }

  private async takePreferred(): Promise<HostClient & pg.PoolClient> {
    for (;;) {
      const client = (await this.pool.connect()) as HostClient & pg.PoolClient;
      if (client.server === this.hosts.preferred) return client;
      client.release(true);
    }
  }
}

/** A connection from its handing out to its return. */
class PooledConnection implements PostgresPoolClient {
  /** Why the connection is of no more use. */
  private doubt?: Error;

  constructor(
    private readonly client: HostClient & pg.PoolClient,
    private readonly hosts: DatabaseHosts,
  ) {}

  query<R>(sql: string, parameters: unknown[]): Promise<PostgresQueryResult<R>>;
  /** Nothing here reads through cursors. */
  query(cursor: never): never;
  async query(sql: string, parameters: unknown[] = []): Promise<unknown> {
    // it would wait behind the one without an answer
    if (this.doubt) throw this.doubt;
    try {
      return await this.client.query(sql, parameters);
    } catch (error) {
      if (endsConnection(error)) this.doubt = error as Error;
      if (isReadOnly(error)) this.hosts.leave(this.client.server, error as Error);
      throw error;
    }
  }

  release(): void {
    this.client.release(this.doubt);
  }
}
