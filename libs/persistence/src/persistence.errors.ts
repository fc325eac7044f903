import { isNativeError } from 'node:util/types';
import pg from 'pg';
import { CodedError, isCodedError } from '@ekphrasis/errors';

/** The database cannot be reached, is starting or stopping, or took too long. The same call may succeed later. */
export class DatabaseUnavailableError extends CodedError {
  constructor(cause: unknown) {
    const { message, code } = cause as Error & { code?: string };
    // the failures of several addresses come as one error without a message
    super('database-unavailable', `PostgreSQL cannot answer: ${message || code}`, { retryable: true, cause });
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

/** Classes of SQLSTATE that pass: connection, resources, operator intervention, system error, rollback by conflict. */
const passingClasses = new Set(['08', '53', '57', '58', '40', '55']);

/** Whether the driver threw it because the server is away, busy or shutting down. */
export function mayPass(error: unknown): boolean {
  if (!isNativeError(error) || isCodedError(error)) return false;
  const { code } = error as { code?: string };
  if (error instanceof pg.DatabaseError) return passingClasses.has((code ?? '').slice(0, 2));
  // the driver's own time-outs and broken connections carry no code, the system's carry an errno
  return code === undefined ? Object.getPrototypeOf(error) === Error.prototype : /^E[A-Z]+/.test(code);
}

/** Runs database work, its passing failures as `DatabaseUnavailableError`. */
export async function withDatabaseErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw mayPass(error) ? new DatabaseUnavailableError(error) : error;
  }
}
