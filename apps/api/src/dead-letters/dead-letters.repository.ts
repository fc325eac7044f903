import { Injectable, Logger } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { deadCaptionJobs, type ImageStatus } from '@ekphrasis/contracts';
import type { DeadLetter } from '@ekphrasis/messaging';
import { append, type OutgoingContract } from '@ekphrasis/outbox';
import { Database, type Schema, withDatabaseErrors } from '@ekphrasis/persistence';
import { jobColumns, sendJobs, type ImageJob } from '../images/image-jobs.js';
import { DeadLetterNotFoundError, DeadLetterUnreadableError } from './dead-letters.errors.js';

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

@Injectable()
export class DeadLettersRepository {
  private readonly logger = new Logger(DeadLettersRepository.name);

  constructor(private readonly database: Database) {}

  /**
   * Keeps a dead letter and, in the same transaction, ends its image as failed where it is a job, so that nobody waits for it;
   * a report that nobody understood says nothing of its image. The same letter again takes the place of the first. One about
   * an image that has its description is not kept: nothing is left to be done.
   * Nor is one of a job that another image had, whose id this one has now; its own job is sent again, as after a report of such.
   * @returns whether its image has failed
   */
  async keep(letter: FoundDeadLetter): Promise<boolean> {
    const { imageId, code, attempts } = letter;
    const reason = letter.reason.replaceAll('\0', '');
    return withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        const image = imageId === undefined ? undefined : await lockImage(transaction, imageId);
        if (image && isOfAnother(letter, image)) {
          this.logger.warn(`ignored a dead letter of a job that another image had, whose id is ${image.id}`);
          if (image.status !== 'failed') await sendJobs(transaction, [image]);
          return false;
        }
        if (image?.status === 'described') return false;
        await insertOnce({ ...letter, reason }).execute(transaction);
        if (letter.queue !== deadCaptionJobs.name || image === undefined) return false;
        await transaction
          .updateTable('images')
          .set({ status: 'failed', failure_code: code, failure_reason: reason, attempts, finished_at: sql`now()` })
          .where('id', '=', image.id)
          .where('status', 'in', ['queued', 'processing'])
          .execute();
        return true;
      }),
    );
  }

  /**
   * Puts a job that its worker gave back into the outbox, unless its image has ended meanwhile: it is queued anew.
   * @returns whether it is there
   */
  async sendAgain(imageId: number): Promise<boolean> {
    return withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        const { rows } = await sql<ImageJob>`
          UPDATE images SET requeued_at = now() WHERE id = ${imageId} AND finished_at IS NULL
          RETURNING ${jobColumns}`.execute(transaction);
        await sendJobs(transaction, rows);
        return rows.length > 0;
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
   * Moves a dead letter back to the outbox and, where it is a job, its image back to the queue, in one transaction.
   * @returns the image's id
   */
  async redeliver(id: number): Promise<number> {
    return withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        // the image first, as whoever keeps a letter locks them
        await sql`
          SELECT 1 FROM images JOIN dead_letters ON dead_letters.image_id = images.id
          WHERE dead_letters.id = ${id} FOR UPDATE OF images`.execute(transaction);
        const letter = await transaction
          .deleteFrom('dead_letters')
          .where('id', '=', id)
          .returning(['queue', 'image_id', 'routing_key', 'type', 'body'])
          .executeTakeFirst();
        if (!letter) throw new DeadLetterNotFoundError();
        if (letter.image_id === null) throw new DeadLetterUnreadableError();
        await append(transaction, asItWas(letter), [letter.body]);
        if (letter.queue !== deadCaptionJobs.name) return letter.image_id;
        await transaction
          .updateTable('images')
          .set({
            status: 'queued',
            failure_code: null,
            failure_reason: null,
            finished_at: null,
            attempts: 0,
            requeued_at: sql`now()`,
          })
          .where('id', '=', letter.image_id)
          .where(sql<boolean>`coalesce(nonce = ${nonceIn(letter.body) ?? null}, true)`)
          .where('status', '=', 'failed')
          .execute();
        return letter.image_id;
      }),
    );
  }
}

type LockedImage = ImageJob & { status: ImageStatus };

/** Whoever reports the image meanwhile waits for the end of the transaction. @returns undefined where there is no such image */
async function lockImage(transaction: Transaction<Schema>, imageId: number): Promise<LockedImage | undefined> {
  const { rows } = await sql<LockedImage>`
    SELECT ${jobColumns}, status FROM images WHERE id = ${imageId} FOR UPDATE`.execute(transaction);
  return rows[0];
}

function isOfAnother(letter: FoundDeadLetter, image: LockedImage): boolean {
  return letter.nonce !== undefined && image.nonce !== null && letter.nonce !== image.nonce;
}

/** A letter's message, whose body was encoded long ago. */
function asItWas({ routing_key: routingKey, type }: { routing_key: string; type: string }): OutgoingContract<Buffer> {
  return { routingKey, type, encode: (body) => body };
}

/** Of a job; undefined where it has none. */
function nonceIn(body: Buffer): string | undefined {
  return (JSON.parse(body.toString('utf8')) as { nonce?: string }).nonce;
}

/** Of two letters about one image, or with one body where no image can be told, only the newer stays. */
function insertOnce({ queue, imageId, code, reason, attempts, routingKey, type, body }: FoundDeadLetter) {
  const same =
    imageId === undefined
      ? sql`(queue, sha256(body)) WHERE image_id IS NULL`
      : sql`(image_id, queue) WHERE image_id IS NOT NULL`;
  return sql`
    INSERT INTO dead_letters (queue, image_id, code, reason, attempts, routing_key, type, body)
    VALUES (${queue}, ${imageId ?? null}, ${code}, ${reason}, ${attempts}, ${routingKey}, ${type}, ${body})
    ON CONFLICT ${same} DO UPDATE SET code = excluded.code, reason = excluded.reason, attempts = excluded.attempts,
      routing_key = excluded.routing_key, type = excluded.type, body = excluded.body, died_at = excluded.died_at`;
}
