import { Inject, Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import type { MeasurementTaken } from '@ekphrasis/contracts';
import { Database, inTransaction, type Schema } from '@ekphrasis/persistence';
import { countMeasurement, wholeShare } from '@ekphrasis/statistics';
import { EventDeliveries } from '../webhooks/events/event-deliveries.service.js';
import { eventsOf } from './measurement-events.js';

/**
 * Records a measurement once, whatever is repeated: marking its row as counted, counting it, and writing down whom to tell of it are
 * one transaction.
 */
@Injectable()
export class MeasurementRecorder {
  constructor(
    private readonly database: Database,
    @Inject(EventDeliveries) private readonly deliveries: Pick<EventDeliveries, 'append' | 'committed'>,
  ) {}

  /** Does nothing where it is recorded already, or its row is gone. @throws DatabaseUnavailableError */
  async record(measurement: MeasurementTaken): Promise<void> {
    const toWake = await inTransaction(this.database, async (transaction) => {
      // one that is frozen in the midst holds the counts that all others write
      await sql`SET LOCAL idle_in_transaction_session_timeout = '5s'`.execute(transaction);
      if (!(await mark(transaction, measurement))) return [];
      await countMeasurement(transaction, {
        clientId: measurement.clientId,
        measuredAt: new Date(measurement.measuredAt),
        share: Math.round(measurement.red * wholeShare),
      });
      return this.deliveries.append(transaction, eventsOf(measurement));
    });
    this.deliveries.committed(toWake);
  }
}

/** Of two that try at once the second waits for the first, and finds it marked. @returns whether it was not marked before */
async function mark(transaction: Transaction<Schema>, { measurementId, nonce }: MeasurementTaken): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('measurements')
    .set({ counted_at: new Date() })
    .where('id', '=', Number(measurementId))
    .where('nonce', '=', nonce)
    .where('counted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
