import { CodedError } from '@ekphrasis/errors';

/** The database cannot be reached, is starting or stopping, or took too long. The same call may succeed later. */
export class DatabaseUnavailableError extends CodedError {
  constructor(cause: unknown) {
    super('database-unavailable', `PostgreSQL cannot answer: ${(cause as Error).message}`, { retryable: true, cause });
  }
}

/** Classes of SQLSTATE that pass: connection, resources, operator intervention, system error, rollback by conflict. */
const passingClasses = new Set(['08', '53', '57', '58', '40', '55']);

/** Turns what the driver throws into `DatabaseUnavailableError` where it may pass; anything else is thrown as it is. */
export function rethrowDatabaseError(error: unknown): never {
  const code = (error as { code?: unknown }).code;
  const isSqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object);
  if (isSqlState && !passingClasses.has(code.slice(0, 2))) throw error;
  throw new DatabaseUnavailableError(error);
}

/** Runs database work, its passing failures as `DatabaseUnavailableError`. */
export async function withDatabaseErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    rethrowDatabaseError(error);
  }
}
