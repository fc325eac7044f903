import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import pLimit from 'p-limit';
import { measurementTaken, type MeasurementTaken } from '@ekphrasis/contracts';
import { append } from '@ekphrasis/outbox';
import { Database, inTransaction, ReadDatabase, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { wholeShare } from '@ekphrasis/statistics';

/** A picture that was measured and stored, and has no row yet. */
export interface TakenMeasurement {
  /** Names the picture in storage. */
  nonce: string;
  fileName: string | null;
  contentType: string;
  /** In ten-thousandths. */
  share: number;
  redChannelMean: number;
  width: number;
  height: number;
}

export interface Measurement extends TakenMeasurement {
  id: number;
  measuredAt: Date;
}

const columns = [
  'id',
  'nonce',
  'file_name as fileName',
  'content_type as contentType',
  'red as share',
  'red_channel_mean as redChannelMean',
  'width',
  'height',
  'measured_at as measuredAt',
] as const;

/** Tells locks of ours from those that others take by a number. */
const clientLock = 0x0f0e_0013;

/** Requests of one client wait for each other with a connection in their hands: those of all others are for other work. */
const mostConnections = 2;

/** Measurements of clients. What the notifier makes of them is not written here. */
@Injectable()
export class MeasurementsRepository {
  private readonly inTurn = pLimit(mostConnections);

  constructor(
    private readonly database: Database,
    private readonly reads: ReadDatabase,
  ) {}

  /**
   * Writes measurements with their messages, all or none. A client's are committed one request after the other, so that ids
   * and times rise in the order in which others come to see them: who pages by the last id, or asks for the time since then, misses none.
   * @returns them in the given order
   * @throws DatabaseUnavailableError: they may be there all the same
   */
  insert(clientId: string, taken: readonly TakenMeasurement[]): Promise<Measurement[]> {
    return this.inTurn(() => this.insertNow(clientId, taken));
  }

  /**
   * Sends the messages of measurements again that are uncounted and were last queued before then.
   * @returns how many, `limit` at most
   */
  requeueLost(before: Date, limit: number): Promise<number> {
    return inTransaction(this.database, async (transaction) => {
      const lost = await transaction
        .updateTable('measurements')
        .set({ requeued_at: sql`now()` })
        .where('id', 'in', (rows) =>
          rows
            .selectFrom('measurements')
            .select('id')
            .where('counted_at', 'is', null)
            .where(sql<boolean>`coalesce(requeued_at, measured_at) < ${before}`)
            .orderBy('id')
            .limit(limit)
            .forUpdate()
            .skipLocked(),
        )
        .returning([...columns, 'client_id as clientId'])
        .execute();
      const messages = lost.map(({ clientId, ...measurement }) => messageOf(clientId, measurement));
      await append(transaction, measurementTaken, messages);
      return lost.length;
    });
  }

  /** A client's measurements above `after`, the oldest first. */
  list(clientId: string, after: number, limit: number): Promise<Measurement[]> {
    return withDatabaseErrors(() =>
      this.reads
        .selectFrom('measurements')
        .select(columns)
        .where('client_id', '=', clientId)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
  }

  /** @returns undefined where no measurement of this client has the id */
  find(clientId: string, id: number): Promise<Measurement | undefined> {
    return withDatabaseErrors(() =>
      this.reads
        .selectFrom('measurements')
        .select(columns)
        .where('client_id', '=', clientId)
        .where('id', '=', id)
        .executeTakeFirst(),
    );
  }

  private insertNow(clientId: string, taken: readonly TakenMeasurement[]): Promise<Measurement[]> {
    return inTransaction(this.database, async (transaction) => {
      await sql`SELECT pg_advisory_xact_lock(${clientLock}, hashtext(${clientId}))`.execute(transaction);
      const measurements = await insertRows(transaction, clientId, taken);
      const messages = measurements.map((measurement) => messageOf(clientId, measurement));
      await append(transaction, measurementTaken, messages);
      return measurements;
    });
  }
}

async function insertRows(
  transaction: Transaction<Schema>,
  clientId: string,
  taken: readonly TakenMeasurement[],
): Promise<Measurement[]> {
  const all = <Field extends keyof TakenMeasurement>(field: Field) => taken.map((each) => each[field]);
  const { rows } = await sql<{ id: number; measuredAt: Date }>`
    INSERT INTO measurements
      (client_id, nonce, file_name, content_type, red, red_channel_mean, width, height, measured_at)
    SELECT ${clientId}, nonce, file_name, content_type, red, red_channel_mean, width, height, now.measured_at
    FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS measured_at OFFSET 0) AS now,
      unnest(
        ${all('nonce')}::text[], ${all('fileName')}::text[], ${all('contentType')}::text[], ${all('share')}::smallint[],
        ${all('redChannelMean')}::float8[], ${all('width')}::integer[], ${all('height')}::integer[]
      ) WITH ORDINALITY AS taken (nonce, file_name, content_type, red, red_channel_mean, width, height, place)
    ORDER BY place
    RETURNING id, measured_at AS "measuredAt"`.execute(transaction);
  return rows.map((row, place) => ({ ...row, ...taken[place]! }));
}

/** The message that asks for a measurement to be counted. */
function messageOf(clientId: string, measurement: Measurement): MeasurementTaken {
  const { id, nonce, fileName, share, redChannelMean, width, height, measuredAt } = measurement;
  return {
    measurementId: String(id),
    nonce,
    clientId,
    fileName,
    red: share / wholeShare,
    redChannelMean,
    width,
    height,
    measuredAt: measuredAt.toISOString(),
  };
}
