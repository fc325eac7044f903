import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';

/**
 * A pool that hands nobody a connection of which it is not known what becomes of its last statement. Where the server gave
 * no answer in time it may still carry the statement out, within a transaction that is still open; what the next user of that
 * connection takes for committed would end with that transaction. Such a connection is closed instead.
 */
export class ConnectionPool implements PostgresPool {
  constructor(private readonly pool: pg.Pool) {}

  async connect(): Promise<PostgresPoolClient> {
    return new PooledConnection(await this.pool.connect());
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

/** A connection from its handing out to its return. */
class PooledConnection implements PostgresPoolClient {
  /** Why it is not known how the connection stands. */
  private doubt?: Error;

  constructor(private readonly client: pg.PoolClient) {}

  query<R>(sql: string, parameters: unknown[]): Promise<PostgresQueryResult<R>>;
  /** Nothing here reads through cursors. */
  query(cursor: never): never;
  async query(sql: string, parameters: unknown[] = []): Promise<unknown> {
    // it would wait behind the one without an answer
    if (this.doubt) throw this.doubt;
    try {
      return await this.client.query(sql, parameters);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) this.doubt = error as Error;
      throw error;
    }
  }

  release(): void {
    this.client.release(this.doubt);
  }
}
