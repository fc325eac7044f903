import pg from 'pg';
import type { DatabaseHosts } from './database-hosts.js';
import type { DatabaseHost } from './database-url.js';

/** What a pool gives each of its clients. */
export interface HostClientConfig extends pg.ClientConfig {
  hosts: DatabaseHosts;
}

/** A connection to the server that is preferred when it is made, and that takes writes where it has to. */
export class HostClient extends pg.Client {
  readonly server: DatabaseHost;
  private readonly hosts: DatabaseHosts;
  private readonly limitMs?: number;

  constructor({ hosts, ...config }: HostClientConfig) {
    super({ ...config, connectionString: hosts.preferred.url });
    this.server = hosts.preferred;
    this.hosts = hosts;
    this.limitMs = config.connectionTimeoutMillis;
    // one that breaks while it is nobody's would end the process
    this.on('error', () => undefined);
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | void {
    const connected = this.reach();
    if (!callback) return connected;
    connected.then(() => callback(null as unknown as Error), callback);
  }

  private async reach(): Promise<this> {
    try {
      await super.connect();
      if (this.hosts.needsWrites) await this.expectWrites();
    } catch (error) {
      this.hosts.leave(this.server, error as Error);
      throw error;
    }
    this.hosts.prefer(this.server);
    return this;
  }

  /** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS */
  private async expectWrites(): Promise<void> {
    const question = { text: 'SHOW transaction_read_only', query_timeout: this.limitMs };
    const { rows } = await this.query<{ transaction_read_only: string }>(question);
    if (rows[0]?.transaction_read_only === 'off') return;
    await this.end();
    throw new Error('it takes no writes: it is a standby, or read-only');
  }
}
