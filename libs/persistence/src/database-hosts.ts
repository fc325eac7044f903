import { parseDatabaseUrl, type DatabaseAddress, type DatabaseHost } from './database-url.js';
import { mayPass } from './persistence.errors.js';

/**
 * Which of several servers connections are made to: the one that a connection was last made to, and where none can be made to it,
 * the next in the order of `DATABASE_URL`, around.
 */
export class DatabaseHosts {
  private index = 0;
  /** Why each could not be used, when it was last tried. */
  private readonly reasons = new Map<DatabaseHost, Error & { code?: string }>();
  private left = 0;

  constructor(private readonly address: DatabaseAddress) {}

  /** @param url as `parseDatabaseUrl` reads it @throws TypeError for what is no URL of a database */
  static of(url: string): DatabaseHosts {
    const address = parseDatabaseUrl(url);
    if (!address) throw new TypeError('Expected the URL of a PostgreSQL database');
    return new DatabaseHosts(address);
  }

  get preferred(): DatabaseHost {
    return this.address.hosts[this.index] as DatabaseHost;
  }

  get count(): number {
    return this.address.hosts.length;
  }

  get needsWrites(): boolean {
    return this.address.needsWrites;
  }

  /** How often a server was left. */
  get failures(): number {
    return this.left;
  }

  /** A connection was made to it. */
  prefer(host: DatabaseHost): void {
    this.reasons.delete(host);
    this.index = this.address.hosts.indexOf(host);
  }

  /** It cannot be used now: the next one is tried. */
  leave(host: DatabaseHost, reason: Error): void {
    this.left += 1;
    this.reasons.set(host, reason);
    if (host === this.preferred) this.index = (this.index + 1) % this.count;
  }

  /** What to tell of a connection that could be made to none of them: of one server what the driver says, of several all. */
  failureOf(error: Error): Error {
    if (this.count === 1 || ![...this.reasons.values()].some(mayPass)) return error;
    const told = this.address.hosts.flatMap((host) => {
      const reason = this.reasons.get(host);
      return reason ? `${host.name}: ${reason.message || reason.code}` : [];
    });
    return new Error(told.join('; '), { cause: error });
  }
}
