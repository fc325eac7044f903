import { Logger } from '@nestjs/common';
import { isNativeError } from 'node:util/types';
import pg from 'pg';
import { CodedError, isCodedError } from '@ekphrasis/errors';
import { LikeLines } from '@ekphrasis/observability';

const readOnly = '25006';

/**
 * The database cannot be reached, refuses the connection, takes no writes, is starting or stopping, or took too long; or it
 * lacks a table or a right. The same call may succeed later.
 */
export class DatabaseUnavailableError extends CodedError {
  constructor(cause: unknown) {
    const { message, code } = cause as Error & { code?: string };
    const what = isReadOnly(cause) ? 'takes no writes' : 'cannot answer';
    // the failures of several addresses come as one error without a message
    super('database-unavailable', `PostgreSQL ${what}: ${message || code}`, { retryable: true, cause });
  }
}

/** The database has migrations, and they are not those of this product: `DATABASE_URL` names the wrong one. */
export class ForeignDatabaseError extends CodedError {
  constructor(unknown: string[], pending: string[]) {
    super(
      'database-foreign',
      `DATABASE_URL names a database of something else: Expected migrations ${pending.join(', ')} but found ${unknown.join(', ')}`,
      { retryable: false },
    );
  }
}

/** A migration does not fit this database: its tables are there already, or its user may not make them. */
export class MigrationFailedError extends CodedError {
  constructor(name: string, cause: unknown) {
    super('migration-failed', `Migration ${name} failed: ${(cause as Error).message}`, { retryable: false, cause });
  }
}

/**
 * Classes of SQLSTATE that are about what was sent: cardinality, data, integrity, a view's condition, limits of a value's size.
 * Everything else is the database's own trouble. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const classesOfData = new Set(['21', '22', '23', '44', '54']);
/** Classes that waiting may mend by itself: connection, read-only, resources, operator intervention, system error, conflict. */
const passingClasses = new Set(['08', '25', '53', '57', '58', '40', '55']);
/** Classes that somebody has to mend: a table or a right is missing, the database is damaged, or this version is wrong. */
const classesOfDefects = new Set(['42', 'XX']);
/** Classes after which a connection is of no more use: it may be that of a server that is primary no longer, or is leaving. */
const classesOfConnection = new Set(['08', '25', '28', '57', '58', 'XX']);
const queryCanceled = '57014';

const logger = new Logger('Database');
const defects = new LikeLines((line) => logger.error(line));

/** Whether the driver threw it because the server is away, busy, shutting down or takes no writes for now. */
export function mayPass(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return passingClasses.has(classOf(error));
  return isFromDriver(error);
}

/** Whether a connection on which this was thrown must not be used again. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  return error.code !== queryCanceled && classesOfConnection.has(classOf(error));
}

/** Whether a server refused a write for being a standby or set to take none. */
export function isReadOnly(error: unknown): boolean {
  return (error as { code?: unknown }).code === readOnly;
}

/**
 * Runs database work. What fails for another reason than the data in it becomes a `DatabaseUnavailableError`: it is nobody's
 * fault who only waits for the database. Defects are logged as errors besides, since nobody is refused who would tell of them.
 */
export async function withDatabaseErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOfDatabase(error) ? new DatabaseUnavailableError(error) : error;
  }
}

function isOfDatabase(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return isFromDriver(error);
  if (classesOfDefects.has(classOf(error))) {
    const line = `PostgreSQL refuses what this version asks of it (${error.code}): ${error.message}`;
    defects.say(line, `${line}\n${error.stack}`);
  }
  return !classesOfData.has(classOf(error));
}

function classOf({ code }: pg.DatabaseError): string {
  return (code ?? '').slice(0, 2);
}

/** The driver's own time-outs and broken connections carry no code; the system's carry an errno, and those of TLS a word. */
function isFromDriver(error: unknown): boolean {
  if (!isNativeError(error) || isCodedError(error) || error instanceof TypeError || error instanceof RangeError) {
    return false;
  }
  const { code } = error as { code?: string };
  return code === undefined ? Object.getPrototypeOf(error) === Error.prototype : /^[A-Z][A-Z_\d]+$/.test(code);
}
