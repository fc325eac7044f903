import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { measurementJob } from '@ekphrasis/contracts';
import { Database, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { keepMeasurementsFrom, measurementsKeptFrom } from '@ekphrasis/statistics';
import { removeWithFiles, type ExpiringRows, type RemovedPage } from '../../maintenance/remove-with-files.js';

/** What of a measurement tells where its picture lies. */
export interface ExpiredMeasurement {
  id: number;
  nonce: string;
  measuredAt: Date;
}

/** Which of a client's measurements are looked at. */
export interface ExpiredOf {
  clientId: string;
  from: Date;
  before: Date;
}

const pageSize = 200;

/** Removes measurements that were counted: statistics know them for ever. */
@Injectable()
export class ExpiredMeasurementsRepository {
  constructor(private readonly database: Database) {}

  /** Up to when measurements may be removed, as it was said before; undefined where nothing was said. */
  async keptFrom(): Promise<Date | undefined> {
    const time = await withDatabaseErrors(() => measurementsKeptFrom(this.database));
    return Number.isFinite(time) ? new Date(time) : undefined;
  }

  keepFrom(days: number): Promise<void> {
    return withDatabaseErrors(() => keepMeasurementsFrom(this.database, days));
  }

  async clients(): Promise<string[]> {
    const rows = await withDatabaseErrors(() => this.database.selectFrom('clients').select('client_id').execute());
    return rows.map(({ client_id }) => client_id);
  }

  /** A page of a client's. @param removeFiles returns those of which nothing is left */
  remove(
    which: ExpiredOf,
    removeFiles: ExpiringRows<ExpiredMeasurement>['removeFiles'],
  ): Promise<RemovedPage<ExpiredMeasurement>> {
    return removeWithFiles(this.database, {
      pageSize,
      removeFiles,
      lock: async (transaction) => (await lock(transaction, which)).rows,
      remove: removeRows,
    });
  }
}

function lock(transaction: Transaction<Schema>, { clientId, from, before }: ExpiredOf) {
  return sql<ExpiredMeasurement>`
    SELECT id, nonce, measured_at AS "measuredAt" FROM measurements
    WHERE client_id = ${clientId} AND measured_at >= ${from} AND measured_at < ${before} AND counted_at IS NOT NULL
    ORDER BY measured_at LIMIT ${pageSize} FOR UPDATE SKIP LOCKED`.execute(transaction);
}

async function removeRows(transaction: Transaction<Schema>, rows: ExpiredMeasurement[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const queues = measurementJob.allQueues.map(({ name }) => name);
  await sql`
    DELETE FROM dead_letters
    WHERE queue = ANY(${queues}::text[]) AND row_id = ANY(${ids.map(String)}::text[])`.execute(transaction);
  await sql`DELETE FROM measurements WHERE id = ANY(${ids}::bigint[])`.execute(transaction);
}
