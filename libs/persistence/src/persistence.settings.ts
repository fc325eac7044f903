import { IsOptional } from 'class-validator';
import { Duration, IntegerBetween, Setting } from '@ekphrasis/configuration';
import { parseDatabaseUrl } from './database-url.js';

/** How an app reaches PostgreSQL. */
export class PersistenceSettings {
  /**
   * Where PostgreSQL is, with user, password and database. Several servers stand between commas, and are tried in this order;
   * `target_session_attrs=read-write` passes over those that take no writes.
   */
  @Setting<string>({
    expected:
      'a URL that starts with postgres:// or postgresql://, names one server or several, and sets target_session_attrs to any, read-write or not at all,',
    parse: (text) => text,
    accepts: (value) => parseDatabaseUrl(value) !== undefined,
  })
  DATABASE_URL = 'postgres://postgres:postgres@127.0.0.1:5432/ekphrasis';

  /** Connections that one process may hold in all. */
  @IntegerBetween(4, 200) DATABASE_POOL_SIZE = 10;

  /** How many of these are for what clients read; three in ten by default. */
  @IsOptional() @IntegerBetween(1, 197) DATABASE_READ_POOL_SIZE?: number;

  /** How long one statement may run. */
  @Duration(100) DATABASE_STATEMENT_TIMEOUT_MS = 10_000;
}
