import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { CodedError } from '@ekphrasis/errors';
import { Database, inTransaction, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { errorAnswer, okAnswer } from '../requests/answer.js';
import { IdAlreadyUsedError, type RequestRefusedError } from '../requests/request.errors.js';
import type { Claim } from './claim.js';

/** Contents that were refused under one id, of which is known that they have their dead letter. */
const mostOtherContents = 100;

/** What a request is answered. */
export interface Served {
  /** The body. */
  readonly answer: string;
  /** `replayed`: the request was served before, and this is what it was answered then. */
  readonly outcome: 'done' | 'refused' | 'replayed';
  /** Why it was refused. */
  readonly reason?: string;
}

/** Keeps a copy of what is refused; it rejects where it cannot, and the refusal is not kept then either. */
export type KeepCopy = (reason: string) => Promise<void>;

/**
 * The requests that were served, each with its answer: so that one has one effect and one answer, however often it is sent.
 *
 * A row is inserted in the transaction of its request's effect, last of all. Of several copies that run at once, here and in other
 * processes, the first one's row makes the others' inserts fail after its commit: their effects are undone, and they answer what it
 * answered.
 */
@Injectable()
export class ProcessedRequests {
  constructor(private readonly database: Database) {}

  /**
   * @param work the request's effect, and what it is answered with
   * @throws {IdAlreadyUsedError}, DatabaseUnavailableError, and what `work` throws, after its effect is undone
   */
  async once(claim: Claim, work: (transaction: Transaction<Schema>) => Promise<unknown>): Promise<Served> {
    const served = await inTransaction(this.database, async (transaction) => {
      const answer = okAnswer(claim.id, await work(transaction));
      if (!(await insert(transaction, claim, answer))) throw new ServedBeforeError();
      return { answer, outcome: 'done' } as const;
    }).catch((error: unknown) => {
      if (error instanceof ServedBeforeError) return undefined;
      throw error;
    });
    return served ?? this.replay(claim);
  }

  /** The answer that the request had. @throws {IdAlreadyUsedError} where another one had its id */
  async replay(claim: Claim): Promise<Served> {
    const row = await withDatabaseErrors(() =>
      this.database
        .selectFrom('processed_requests')
        // as text: the driver would parse it
        .select(['fingerprint', sql<string>`response_json::text`.as('answer')])
        .where('id', '=', claim.id)
        .where('caller', '=', claim.caller)
        .executeTakeFirst(),
    );
    if (!row) throw new ForgottenMeanwhileError();
    if (!row.fingerprint.equals(claim.fingerprint)) throw new IdAlreadyUsedError();
    return { answer: row.answer, outcome: 'replayed' };
  }

  /** Answers with a refusal, and keeps one copy of the request, however often it is sent. */
  async refuse(claim: Claim, refusal: RequestRefusedError, keepCopy: KeepCopy): Promise<Served> {
    const reason = refusal.message;
    const answer = errorAnswer(claim.id === '' ? null : claim.id, reason);
    const isFirst = await inTransaction(this.database, async (transaction) => {
      const inserted = await insert(transaction, claim, answer);
      if (inserted) await keepCopy(reason);
      return inserted;
    });
    if (isFirst) return { answer, outcome: 'refused', reason };
    return this.replay(claim).catch((error: unknown) => {
      if (error instanceof IdAlreadyUsedError) return this.refuseOther(claim, error, keepCopy);
      throw error;
    });
  }

  private async refuseOther(claim: Claim, refusal: IdAlreadyUsedError, keepCopy: KeepCopy): Promise<Served> {
    const reason = refusal.message;
    const answer = errorAnswer(claim.id, reason);
    const isFirst = await inTransaction(this.database, async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('processed_requests')
        .set({ other_contents: sql<Buffer[]>`other_contents || ${claim.fingerprint}::bytea` })
        .where('id', '=', claim.id)
        .where('caller', '=', claim.caller)
        .where(sql<boolean>`${claim.fingerprint}::bytea <> ALL (other_contents)`)
        .where(sql<boolean>`cardinality(other_contents) < ${mostOtherContents}`)
        .executeTakeFirst();
      const isNew = numUpdatedRows > 0n;
      if (isNew) await keepCopy(reason);
      return isNew;
    });
    return isFirst ? { answer, outcome: 'refused', reason } : { answer, outcome: 'replayed' };
  }

  /** Forgets requests older than `hours`, `limit` at most. @returns how many */
  async forget(hours: number, limit: number): Promise<number> {
    const { numAffectedRows = 0n } = await withDatabaseErrors(() =>
      sql`
        DELETE FROM processed_requests WHERE (id, caller) IN (
          SELECT id, caller FROM processed_requests WHERE created_at < now() - make_interval(hours => ${hours})
          ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )`.execute(this.database),
    );
    return Number(numAffectedRows);
  }
}

/** @returns whether it is the first with its claim; a copy whose transaction is open is waited for */
async function insert(transaction: Transaction<Schema>, claim: Claim, answer: string): Promise<boolean> {
  const inserted = await transaction
    .insertInto('processed_requests')
    .values({ ...claim, response_json: answer })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

class ServedBeforeError extends Error {}

/** Its row went between two looks. It is as good as new. */
class ForgottenMeanwhileError extends CodedError {
  constructor() {
    super('forgotten-meanwhile', 'The request that had this id was forgotten just now', { retryable: true });
  }
}
