import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { DeadLetter } from '@ekphrasis/messaging';
import { Database, type Schema, withDatabaseErrors } from '@ekphrasis/persistence';

/** A dead letter with the queue it was found in and the image it is about, where it can be told. */
export interface FoundDeadLetter extends Omit<DeadLetter, 'givenBack'> {
  queue: string;
  imageId?: number;
  /** Of the job, where it has one. */
  nonce?: string;
}

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
  routingKey: string;
  type: string;
  body: Buffer;
}

@Injectable()
export class DeadLettersRepository {
  constructor(private readonly database: Database) {}

  /** Of two letters about one image, or with one body where no image can be told, only the newer stays. */
  async insert(transaction: Transaction<Schema>, letter: FoundDeadLetter): Promise<void> {
    const { queue, imageId, code, reason, attempts, routingKey, type, body } = letter;
    const same =
      imageId === undefined
        ? sql`(queue, sha256(body)) WHERE image_id IS NULL`
        : sql`(image_id, queue) WHERE image_id IS NOT NULL`;
    await sql`
      INSERT INTO dead_letters (queue, image_id, code, reason, attempts, routing_key, type, body)
      VALUES (${queue}, ${imageId ?? null}, ${code}, ${reason.replaceAll('\0', '')}, ${attempts}, ${routingKey}, ${type}, ${body})
      ON CONFLICT ${same} DO UPDATE SET code = excluded.code, reason = excluded.reason, attempts = excluded.attempts,
        routing_key = excluded.routing_key, type = excluded.type, body = excluded.body, died_at = excluded.died_at`.execute(
      transaction,
    );
  }

  /** Takes a letter out. Its image is locked first, as whoever keeps a letter locks them. @returns undefined where there is none */
  async take(transaction: Transaction<Schema>, id: number): Promise<TakenDeadLetter | undefined> {
    await sql`
      SELECT 1 FROM images JOIN dead_letters ON dead_letters.image_id = images.id
      WHERE dead_letters.id = ${id} FOR UPDATE OF images`.execute(transaction);
    return transaction
      .deleteFrom('dead_letters')
      .where('id', '=', id)
      .returning(['queue', 'image_id as imageId', 'routing_key as routingKey', 'type', 'body'])
      .executeTakeFirst();
  }

  /** Forgets all letters about images. @param within a transaction of the caller's, where it belongs to one */
  async forget(imageIds: number[], within: Kysely<Schema> = this.database): Promise<void> {
    if (imageIds.length === 0) return;
    await withDatabaseErrors(() =>
      sql`DELETE FROM dead_letters WHERE image_id = ANY(${imageIds}::bigint[])`.execute(within),
    );
  }

  /** The dead letters above `after`, oldest first. */
  async list(after: number, limit: number): Promise<ListedDeadLetter[]> {
    return withDatabaseErrors(() =>
      this.database
        .selectFrom('dead_letters')
        .select(['id', 'image_id as imageId', 'queue', 'code', 'reason', 'attempts', 'died_at as diedAt'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
  }

  async count(): Promise<number> {
    const row = await withDatabaseErrors(() =>
      this.database
        .selectFrom('dead_letters')
        .select((expression) => expression.fn.countAll<number>().as('count'))
        .executeTakeFirst(),
    );
    return row?.count ?? 0;
  }
}
