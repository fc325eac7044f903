import { sql, type Transaction } from 'kysely';
import type { Schema } from '@ekphrasis/persistence';
import { resolutions } from './period.js';

/** What of a measurement is counted. */
export interface CountedMeasurement {
  clientId: string;
  measuredAt: Date;
  /** In ten-thousandths. */
  share: number;
}

/** The hundredth in which a share lies, 0 to 100. */
export function partOf(share: number): number {
  return Math.floor(share / 100);
}

/**
 * Counts a measurement in its minute, hour and day: the table `red_counts`, which holds a histogram of shares for each client and
 * each of these times, in two digits, so that a count above any threshold takes two numbers of it.
 *
 * | part     | `at_least[n]`, n from 1: how many pictures have a share of …                         |
 * |----------|--------------------------------------------------------------------------------------|
 * | -1       | (n - 1) / 100 or more                                                                |
 * | 0 to 100 | part / 100 + (n - 1) / 10,000 or more, of those whose share begins with that part    |
 *
 * What lies beyond an array's end is 0. To be called once for each measurement: whoever calls it marks that in the same transaction.
 */
export async function countMeasurement(
  transaction: Transaction<Schema>,
  { clientId, measuredAt, share }: CountedMeasurement,
): Promise<void> {
  const part = partOf(share);
  // rows are locked in one order, so that two transactions never wait for each other
  await sql`
    INSERT INTO red_counts AS counts (client_id, resolution, part, start, at_least)
    SELECT ${clientId}, resolution, part, date_trunc(resolution, ${measuredAt}::timestamptz, 'UTC'), array_fill(1, ARRAY[length])
    FROM unnest(${[...resolutions]}::text[]) WITH ORDINALITY AS time (resolution, place),
      (VALUES (-1, ${part + 1}::integer), (${part}::integer, ${(share % 100) + 1}::integer)) AS digit (part, length)
    ORDER BY place, part
    ON CONFLICT (client_id, resolution, part, start) DO UPDATE SET at_least = ARRAY(
      SELECT coalesce(earlier, 0) + coalesce(added, 0)
      FROM unnest(counts.at_least, excluded.at_least) WITH ORDINALITY AS pair (earlier, added, place) ORDER BY place
    )`.execute(transaction);
}
