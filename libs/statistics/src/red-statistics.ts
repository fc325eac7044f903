import { sql, type Kysely, type RawBuilder } from 'kysely';
import { withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { partOf } from './count-measurement.js';
import { measurementsKeptFrom } from './kept-measurements.js';
import { asFarAsKnown, lengthMs, takeApart, type Period, type Resolution, type TakenApart } from './period.js';
import { leastShareAbove } from './red-share.js';

/** How many pictures were measured, and how many of them have a share above the threshold. */
export interface RedCounts {
  images: number;
  above: number;
}

export interface RedQuestion {
  clientId: string;
  period: Period;
  /** Compared with shares from 0 to 1. */
  threshold: number;
}

/** Counts by the beginning of the minute, hour or day, in milliseconds since 1970; what has none is left out. */
export type RedBuckets = ReadonlyMap<number, RedCounts>;

/**
 * Exact counts of a client's measurements, as of one moment. Whole minutes, hours and days come from `red_counts`; one by one are counted
 * those at the period's edges, and those that are not in `red_counts` yet: each is in one of the two, since one transaction
 * counts and marks it and one statement reads both. Of measurements that are gone the minute alone is known: they count as taken at
 * its beginning, so that periods that meet within a minute have each of them once.
 * @throws DatabaseUnavailableError
 */
export async function countRed(database: Kysely<Schema>, question: RedQuestion): Promise<RedCounts> {
  const known = await knownOf(database, question);
  const [counts] = await read(database, known, takeApart(known.period, 'day'), sql`0`);
  return { images: counts?.images ?? 0, above: counts?.above ?? 0 };
}

/** The same for each minute, hour or day of the period. */
export async function countRedIn(
  database: Kysely<Schema>,
  question: RedQuestion,
  bucket: Resolution,
): Promise<RedBuckets> {
  const unit = lengthMs[bucket];
  const start = sql`floor(extract(epoch FROM moment) * 1000 / ${unit}::bigint) * ${unit}::bigint`;
  const known = await knownOf(database, question);
  const rows = await read(database, known, takeApart(known.period, bucket), start);
  return new Map(rows.map(({ bucket: at, ...counts }) => [at, counts]));
}

async function knownOf(database: Kysely<Schema>, question: RedQuestion): Promise<RedQuestion> {
  const keptFrom = await withDatabaseErrors(() => measurementsKeptFrom(database));
  return { ...question, period: asFarAsKnown(question.period, keptFrom) };
}

function read(
  database: Kysely<Schema>,
  { clientId, period, threshold }: RedQuestion,
  { edges, pieces }: TakenApart,
  bucket: RawBuilder<unknown>,
): Promise<(RedCounts & { bucket: number })[]> {
  const least = leastShareAbove(threshold);
  const part = partOf(least);
  const query = sql<RedCounts & { bucket: number }>`
    WITH piece (resolution, begin, until) AS (
      SELECT * FROM unnest(
        ${pieces.map(({ resolution }) => resolution)}::text[], ${times(pieces, 'from')}, ${times(pieces, 'to')})
    ), edge (begin, until) AS (
      SELECT * FROM unnest(${times(edges, 'from')}, ${times(edges, 'to')})
    ), counted (moment, images, above) AS (
      SELECT start, at_least[1], coalesce(at_least[${part + 2}], 0)
      FROM piece CROSS JOIN LATERAL (
        SELECT start, at_least FROM red_counts
        WHERE client_id = ${clientId} AND resolution = piece.resolution AND part = -1 AND start >= begin AND start < until
        OFFSET 0
      ) AS whole
      UNION ALL
      SELECT start, 0, coalesce(at_least[${(least % 100) + 1}], 0)
      FROM piece CROSS JOIN LATERAL (
        SELECT start, at_least FROM red_counts
        WHERE client_id = ${clientId} AND resolution = piece.resolution AND part = ${part} AND start >= begin AND start < until
        OFFSET 0
      ) AS within
      UNION ALL
      SELECT measured_at, 1, (red >= ${least})::integer
      FROM edge CROSS JOIN LATERAL (
        SELECT measured_at, red FROM measurements
        WHERE client_id = ${clientId} AND measured_at >= begin AND measured_at < until
        OFFSET 0
      ) AS one
      UNION ALL
      SELECT measured_at, 1, (red >= ${least})::integer FROM measurements
      WHERE counted_at IS NULL AND client_id = ${clientId}
        AND measured_at >= ${time(period.from)} AND measured_at < ${time(period.to)}
        AND NOT EXISTS (SELECT 1 FROM edge WHERE measured_at >= begin AND measured_at < until)
    )
    SELECT (${bucket})::float8 AS bucket, sum(images)::bigint AS images, sum(above)::bigint AS above FROM counted GROUP BY 1`;
  return withDatabaseErrors(async () => (await query.execute(database)).rows);
}

function times(periods: readonly Period[], end: keyof Period): RawBuilder<unknown> {
  return sql`${periods.map((period) => new Date(period[end]).toISOString())}::timestamptz[]`;
}

function time(milliseconds: number): RawBuilder<unknown> {
  return sql`${new Date(milliseconds).toISOString()}::timestamptz`;
}
