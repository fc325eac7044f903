import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, ReadDatabase, withDatabaseErrors, type StoredAttempt } from '@ekphrasis/persistence';

/** A delivery as its client sees it. */
export interface ListedDelivery {
  deliveryId: number;
  eventId: string;
  type: string;
  status: 'pending' | 'delivered' | 'failed';
  /** The oldest first. */
  attempts: StoredAttempt[];
  nextAttemptAt: Date | null;
}

/** The first delivery of a webhook that is to be tried. */
export interface WaitingWebhook {
  webhookId: string;
  /** From now; negative where it is overdue. */
  dueInMs: number;
  /** Whether an attempt of it has failed. */
  hasFailed: boolean;
}

/** What there is to be delivered, and what became of it. */
@Injectable()
export class DeliveriesRepository {
  constructor(
    private readonly database: Database,
    private readonly reads: ReadDatabase,
  ) {}

  /** The newest first. @param before only those with lower ids */
  async list(webhookId: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<ListedDelivery[]> {
    const { rows } = await withDatabaseErrors(() =>
      sql<ListedDelivery>`
        SELECT delivery_id AS "deliveryId", event_id AS "eventId", type, status, attempts,
          next_attempt_at AS "nextAttemptAt"
        FROM webhook_deliveries JOIN webhook_events USING (event_id)
        WHERE webhook_id = ${webhookId} AND delivery_id < ${before}
        ORDER BY delivery_id DESC LIMIT ${limit}`.execute(this.reads),
    );
    return rows;
  }

  /** Of every webhook with pending deliveries the first: one look into the index for each. */
  async waiting(): Promise<WaitingWebhook[]> {
    const first = sql`
      SELECT webhook_id, next_attempt_at, failures FROM webhook_deliveries WHERE status = 'pending'`;
    const { rows } = await withDatabaseErrors(() =>
      sql<WaitingWebhook>`
        WITH RECURSIVE waiting AS (
          (${first} ORDER BY webhook_id, next_attempt_at LIMIT 1)
          UNION ALL
          SELECT next.* FROM waiting CROSS JOIN LATERAL (
            ${first} AND webhook_id > waiting.webhook_id ORDER BY webhook_id, next_attempt_at LIMIT 1
          ) AS next
        )
        SELECT webhook_id AS "webhookId", extract(epoch FROM next_attempt_at - now())::float8 * 1000 AS "dueInMs",
          failures > 0 AS "hasFailed"
        FROM waiting`.execute(this.database),
    );
    return rows;
  }

  /** Forgets events of so many days ago with their deliveries, the oldest first. @returns how many, `limit` at most */
  async forget(days: number, limit: number): Promise<number> {
    const { numAffectedRows } = await withDatabaseErrors(() =>
      sql`
        DELETE FROM webhook_events WHERE event_id IN (
          SELECT event_id FROM webhook_events WHERE created_at < now() - make_interval(days => ${days})
          ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )`.execute(this.database),
    );
    return Number(numAffectedRows ?? 0n);
  }
}
