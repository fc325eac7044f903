import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { processingJob } from '@ekphrasis/contracts';
import { openTo } from '@ekphrasis/images';
import type { DeadLetter } from '@ekphrasis/messaging';
import { Database, type Schema, withDatabaseErrors } from '@ekphrasis/persistence';

/** A dead letter with the queue it was found in and the image it is about, where it can be told. */
export interface FoundDeadLetter extends Omit<DeadLetter, 'givenBack'> {
  queue: string;
  imageId?: number;
  /** The id of its row, where its kind of job is about rows of its own and not about images. */
  rowId?: string;
  /** Of the job, where it has one. */
  nonce?: string;
}

/** Who looks at dead letters: the operator, or whoever calls, by a client's id where it has a key. */
export type LettersReader = 'operator' | { client: string | undefined };

export interface ListedDeadLetter {
  id: number;
  imageId: number | null;
  queue: string;
  code: string;
  reason: string;
  attempts: number;
  diedAt: Date;
}

/** A letter that is there no longer, as it was. */
export interface TakenDeadLetter {
  queue: string;
  imageId: number | null;
  rowId: string | null;
  routingKey: string;
  type: string;
  body: Buffer;
}

@Injectable()
export class DeadLettersRepository {
  constructor(private readonly database: Database) {}

  /** Of two letters about one image or other row, or with one body where none can be told, only the newer stays. */
  async insert(transaction: Transaction<Schema>, letter: FoundDeadLetter): Promise<void> {
    const { queue, imageId, rowId, code, reason, attempts, routingKey, type, body } = letter;
    await sql`
      INSERT INTO dead_letters (queue, image_id, row_id, code, reason, attempts, routing_key, type, body)
      VALUES (${queue}, ${imageId ?? null}, ${rowId ?? null}, ${code}, ${reason.replaceAll('\0', '')}, ${attempts}, ${routingKey}, ${type}, ${body})
      ON CONFLICT ${sameAs({ imageId, rowId })} DO UPDATE SET code = excluded.code, reason = excluded.reason, attempts = excluded.attempts,
        routing_key = excluded.routing_key, type = excluded.type, body = excluded.body, died_at = excluded.died_at`.execute(
      transaction,
    );
  }

  /** Takes a letter out. Its row is locked first, as whoever keeps a letter locks them. @returns undefined where there is none */
  async take(transaction: Transaction<Schema>, id: number): Promise<TakenDeadLetter | undefined> {
    await sql`
      SELECT 1 FROM images JOIN dead_letters ON dead_letters.image_id = images.id
      WHERE dead_letters.id = ${id} FOR UPDATE OF images`.execute(transaction);
    await sql`
      SELECT 1 FROM processing_jobs WHERE id = (
        SELECT row_id::uuid FROM dead_letters WHERE id = ${id} AND queue = ${processingJob.queues.dead.name}
      ) FOR UPDATE`.execute(transaction);
    return transaction
      .deleteFrom('dead_letters')
      .where('id', '=', id)
      .returning(['queue', 'image_id as imageId', 'row_id as rowId', 'routing_key as routingKey', 'type', 'body'])
      .executeTakeFirst();
  }

  /** Forgets all letters about images. @param within a transaction of the caller's, where it belongs to one */
  async forget(imageIds: number[], within: Kysely<Schema> = this.database): Promise<void> {
    if (imageIds.length === 0) return;
    await withDatabaseErrors(() =>
      sql`DELETE FROM dead_letters WHERE image_id = ANY(${imageIds}::bigint[])`.execute(within),
    );
  }

  /** Forgets all letters about rows of other kinds, by their queue. */
  async forgetRows(queue: string, rowIds: string[]): Promise<void> {
    if (rowIds.length === 0) return;
    await withDatabaseErrors(() =>
      sql`DELETE FROM dead_letters WHERE queue = ${queue} AND row_id = ANY(${rowIds}::text[])`.execute(this.database),
    );
  }

  /** The dead letters above `after` that the reader may know of, oldest first. */
  async list(after: number, limit: number, reader: LettersReader = 'operator'): Promise<ListedDeadLetter[]> {
    return withDatabaseErrors(() =>
      this.lettersFor(reader)
        .select([
          'dead_letters.id',
          'image_id as imageId',
          'queue',
          'code',
          'reason',
          'dead_letters.attempts',
          'died_at as diedAt',
        ])
        .where('dead_letters.id', '>', after)
        .orderBy('dead_letters.id')
        .limit(limit)
        .execute(),
    );
  }

  /** How many came from a queue, by the codes of their reasons. */
  async countByCode(queue: string): Promise<Record<string, number>> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ code: string; count: number }>`
        SELECT code, count(*)::float8 AS count FROM dead_letters WHERE queue = ${queue}
        GROUP BY code ORDER BY code`.execute(this.database),
    );
    return Object.fromEntries(rows.map(({ code, count }) => [code, count]));
  }

  /** @param queue that they came from; all by default */
  async count(queue?: string, reader: LettersReader = 'operator'): Promise<number> {
    const row = await withDatabaseErrors(() =>
      this.lettersFor(reader)
        .select((expression) => expression.fn.countAll<number>().as('count'))
        .$if(queue !== undefined, (letters) => letters.where('queue', '=', queue!))
        .executeTakeFirst(),
    );
    return row?.count ?? 0;
  }

  /** The operator may know of all; others of those about no row, and about images and processing jobs that are open to them. */
  private lettersFor(reader: LettersReader) {
    const letters = this.database.selectFrom('dead_letters');
    if (reader === 'operator') return letters;
    const isOfProcessing = sql<boolean>`queue = ANY(${processingJob.allQueues.map(({ name }) => name)}::text[])`;
    return letters.where(sql<boolean>`
      NOT EXISTS (SELECT 1 FROM images WHERE images.id = dead_letters.image_id AND NOT ${openTo(reader.client)})
      AND CASE
        WHEN row_id IS NULL THEN true
        WHEN ${isOfProcessing} THEN NOT EXISTS (
          SELECT 1 FROM processing_jobs WHERE id = row_id::uuid AND NOT ${openTo(reader.client, 'processing_jobs')}
        )
        ELSE false
      END`);
  }
}

/** The index that holds which letters take each other's place. */
function sameAs({ imageId, rowId }: Pick<FoundDeadLetter, 'imageId' | 'rowId'>): RawBuilder<unknown> {
  if (imageId !== undefined) return sql`(image_id, queue) WHERE image_id IS NOT NULL`;
  if (rowId !== undefined) return sql`(row_id, queue) WHERE row_id IS NOT NULL`;
  return sql`(queue, sha256(body)) WHERE image_id IS NULL`;
}
