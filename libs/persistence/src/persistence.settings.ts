import { Duration, IntegerBetween, Url } from '@ekphrasis/configuration';

/** How an app reaches PostgreSQL. */
export class PersistenceSettings {
  /** Where PostgreSQL is, with user, password and database. */
  @Url(['postgres', 'postgresql']) DATABASE_URL = 'postgres://postgres:postgres@127.0.0.1:5432/ekphrasis';

  /** Connections that one process may hold. */
  @IntegerBetween(4, 200) DATABASE_POOL_SIZE = 10;

  /** How long one statement may run. */
  @Duration(100) DATABASE_STATEMENT_TIMEOUT_MS = 10_000;
}
