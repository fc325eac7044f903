import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import type { TaskKind } from './read-task.js';

/** One of the two. */
export interface Outcome {
  result?: string;
  error?: string;
}

export interface NewResult extends Outcome {
  /** The id of the message: the same whenever it is delivered again. */
  deliveryId: string;
  message: string;
  kind: TaskKind;
}

/** Of the advisory lock under which results get their ids. */
const lockNumber = 7_305_222;

@Injectable()
export class ResultsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores a message's result, once. Ids ascend in the order of the commits, so that who reads on from the last one it saw misses
   * none: whoever draws one waits until the transaction that drew the one before has ended.
   * @returns whether it is new
   */
  async store({ deliveryId, message, kind, result, error }: NewResult): Promise<boolean> {
    const { numAffectedRows = 0n } = await withDatabaseErrors(() =>
      sql`
        WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(${lockNumber}))
        INSERT INTO results (delivery_id, message, kind, result, error)
        SELECT ${deliveryId}::uuid, ${message}, ${kind}, ${result ?? null}, ${error ?? null} FROM turn
        ON CONFLICT (delivery_id) DO NOTHING`.execute(this.database),
    );
    return numAffectedRows > 0n;
  }
}
