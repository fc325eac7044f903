import type { PrivatePostgres } from './private-postgres.cjs';

export interface PostgresStandbyOptions {
  /** As for `startPrivatePostgres`. */
  directory: string;
  /** Another way to the primary, for what it sends; the primary's own URL by default. */
  replicationUrl?: string;
}

/** A server that follows another one and takes no writes until it is promoted. Its name for `synchronous_standby_names` is `standby`. */
export interface PostgresStandby extends PrivatePostgres {
  /** Makes a primary of it; resolves when it takes writes. */
  promote(): Promise<void>;
}

/** Restarts the primary, from whose data the standby's are copied. Resolves when the standby answers queries. */
export function startPostgresStandby(
  primary: PrivatePostgres,
  options: PostgresStandbyOptions,
): Promise<PostgresStandby>;
