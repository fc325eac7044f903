import type { Transaction } from 'kysely';
import type { Schema } from '@ekphrasis/persistence';
import { countMeasurement } from '@ekphrasis/statistics';

/** A measurement as these tests need it. */
export interface Measured {
  clientId: string;
  /** In milliseconds since 1970. */
  at: number;
  /** In ten-thousandths. */
  share: number;
  /** Whether the notifier has come to it. */
  isCounted: boolean;
}

/** Puts a measurement into the database as API and notifier do. */
export async function insertMeasured(
  transaction: Transaction<Schema>,
  { clientId, at, share, isCounted }: Measured,
): Promise<void> {
  const measuredAt = new Date(at);
  await transaction
    .insertInto('measurements')
    .values({
      client_id: clientId,
      nonce: crypto.randomUUID(),
      file_name: null,
      content_type: 'image/png',
      red: share,
      red_channel_mean: 0.5,
      width: 1,
      height: 1,
      measured_at: measuredAt,
      counted_at: isCounted ? new Date() : null,
    })
    .execute();
  if (isCounted) await countMeasurement(transaction, { clientId, measuredAt, share });
}
