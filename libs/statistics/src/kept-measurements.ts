import { sql, type Kysely } from 'kysely';
import type { Schema } from '@ekphrasis/persistence';

/** From when on measurements are kept one by one, in milliseconds since 1970: a whole minute, or -Infinity where all are. */
export async function measurementsKeptFrom(database: Kysely<Schema>): Promise<number> {
  const kept = await database.selectFrom('measurement_retention').select('kept_from').executeTakeFirst();
  return kept?.kept_from.getTime() ?? -Infinity;
}

/**
 * Says that counted measurements from before the beginning of the UTC day so many days ago may go. It never moves back. Who counts
 * may know the time before for a moment still: they are to be removed minutes later.
 */
export async function keepMeasurementsFrom(database: Kysely<Schema>, days: number): Promise<void> {
  await sql`
    INSERT INTO measurement_retention (kept_from) VALUES (date_trunc('day', now() - make_interval(days => ${days}), 'UTC'))
    ON CONFLICT (one) DO UPDATE SET kept_from = greatest(measurement_retention.kept_from, excluded.kept_from)`.execute(
    database,
  );
}
