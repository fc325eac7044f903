import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Schema } from '@ekphrasis/persistence';
import { resolutions, type Period } from '@ekphrasis/statistics';

export interface Filling {
  clientId: string;
  rows: number;
  period: Period;
  /** Hundredths of which the shares of each minute, hour and day are counted one by one: those that are asked for. */
  parts: readonly number[];
}

/**
 * Puts measurements at random times and of random shares into the tables, and counts them as the notifier would have, one by one, over
 * weeks. Of each minute's shares only those parts are counted that are asked for: of all others nothing is read.
 */
export async function fill(database: Kysely<Schema>, { clientId, rows, period, parts }: Filling): Promise<void> {
  await sql`SELECT setseed(0.13)`.execute(database);
  await sql`
    INSERT INTO measurements (client_id, nonce, content_type, red, red_channel_mean, width, height, measured_at, counted_at)
    SELECT ${clientId}, ${clientId} || '-' || place, 'image/jpeg', floor(random() * 10001)::smallint, 0.5, 4000, 3000,
      date_trunc('milliseconds', to_timestamp(${period.from / 1000} + random() * ${(period.to - period.from) / 1000})), now()
    FROM generate_series(1, ${rows}) AS place`.execute(database);
  for (const resolution of resolutions) {
    const start = sql`date_trunc(${resolution}, measured_at, 'UTC')`;
    await countIn(database, clientId, resolution, { part: -1, start, digit: sql`red / 100`, most: 100 });
    for (const part of parts) {
      await countIn(database, clientId, resolution, { part, start, digit: sql`red % 100`, most: 99 });
    }
  }
  await sql`VACUUM ANALYZE measurements, red_counts`.execute(database);
}

interface Digit {
  part: number;
  start: RawBuilder<unknown>;
  digit: RawBuilder<unknown>;
  /** The largest digit. */
  most: number;
}

async function countIn(
  database: Kysely<Schema>,
  clientId: string,
  resolution: string,
  { part, start, digit, most }: Digit,
): Promise<void> {
  await sql`
    INSERT INTO red_counts (client_id, resolution, part, start, at_least)
    SELECT ${clientId}, ${resolution}, ${part}, start, array_agg(at_least ORDER BY digit)
    FROM (
      SELECT start, digit, sum(coalesce(images, 0)) OVER (PARTITION BY start ORDER BY digit DESC)::integer AS at_least
      FROM (SELECT DISTINCT ${start} AS start FROM measurements WHERE client_id = ${clientId}) AS times
      CROSS JOIN generate_series(0, ${most}) AS digits (digit)
      LEFT JOIN (
        SELECT ${start} AS start, ${digit} AS digit, count(*) AS images FROM measurements
        WHERE client_id = ${clientId} AND (${part} = -1 OR red / 100 = ${part}) GROUP BY 1, 2
      ) AS counted USING (start, digit)
    ) AS cumulated
    GROUP BY start`.execute(database);
}
