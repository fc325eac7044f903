import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { DeadLetter } from '@ekphrasis/messaging';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import { DeadLetterNotFoundError, DeadLetterUnreadableError } from './dead-letters.errors.js';

/** A dead letter with the queue it was found in and the image it is about, where it can be told. */
export interface FoundDeadLetter extends DeadLetter {
  queue: string;
  imageId?: number;
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

@Injectable()
export class DeadLettersRepository {
  constructor(private readonly database: Database) {}

  /**
   * Keeps a dead letter and, in the same transaction, ends its image as failed, so that nobody waits for it.
   * @returns whether the image was ended by this
   */
  async keep({ queue, imageId, code, reason, attempts, routingKey, type, body }: FoundDeadLetter): Promise<boolean> {
    const text = reason.replaceAll('\0', '');
    return withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('dead_letters')
          .values({
            queue,
            image_id: imageId ?? null,
            code,
            reason: text,
            attempts,
            routing_key: routingKey,
            type,
            body,
          })
          .execute();
        if (imageId === undefined) return false;
        const ended = await transaction
          .updateTable('images')
          .set({ status: 'failed', failure_code: code, failure_reason: text, attempts, finished_at: sql`now()` })
          .where('id', '=', imageId)
          .where('status', 'in', ['queued', 'processing'])
          .returning('id')
          .execute();
        return ended.length > 0;
      }),
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

  /**
   * Moves a dead letter back to the outbox and its image back to the queue, in one transaction.
   * @returns the image's id
   */
  async redeliver(id: number): Promise<number> {
    return withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        const letter = await transaction
          .deleteFrom('dead_letters')
          .where('id', '=', id)
          .returning(['image_id', 'routing_key', 'type', 'body'])
          .executeTakeFirst();
        if (!letter) throw new DeadLetterNotFoundError();
        if (letter.image_id === null) throw new DeadLetterUnreadableError();
        await transaction
          .insertInto('outbox')
          .values({ routing_key: letter.routing_key, type: letter.type, body: letter.body.toString('utf8') })
          .execute();
        await transaction
          .updateTable('images')
          .set({ status: 'queued', failure_code: null, failure_reason: null, finished_at: null, attempts: 0 })
          .where('id', '=', letter.image_id)
          .where('status', '=', 'failed')
          .execute();
        return letter.image_id;
      }),
    );
  }
}
