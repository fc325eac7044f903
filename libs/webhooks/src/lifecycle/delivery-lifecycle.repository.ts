import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { Database, withDatabaseErrors, type Schema, type StoredAttempt } from '@ekphrasis/persistence';
import type { WebhookEvent } from '../event-types.js';
import { DeliveryNotFoundError } from '../webhooks.errors.js';

/** Attempts of one delivery that are kept; of more, the oldest are forgotten. */
const mostAttempts = 100;

/** A delivery that the caller may try until its lease ends. */
export interface ClaimedDelivery {
  webhookId: string;
  deliveryId: number;
  eventId: string;
  /** Which claim of the delivery this is: only the latest one's outcome counts. */
  claim: number;
  /** Attempts that failed since it was last begun. */
  failures: number;
  /** The body of the POST. */
  body: string;
}

/** How one attempt ended. */
export interface AttemptOutcome {
  delivery: Pick<ClaimedDelivery, 'webhookId' | 'deliveryId' | 'claim'>;
  status: 'pending' | 'delivered' | 'failed';
  attempt: StoredAttempt;
  /** When to try again, in milliseconds from now; of a pending one. */
  retryAfterMs?: number | undefined;
}

/** What is told to whom. */
export interface AddressedEvent {
  event: WebhookEvent;
  webhookIds: readonly string[];
}

/**
 * Every change of a delivery's status, and nothing else makes one:
 *
 * | from              | by                                                        | to                            |
 * |-------------------|-----------------------------------------------------------|-------------------------------|
 * | (nothing)         | `append`: something happened that a webhook asks for      | pending, due now              |
 * | pending           | `claim`: it is due, and somebody tries it                 | pending, due at its lease's end |
 * | pending           | `record`: the attempt failed, and others are left         | pending, due at the next one  |
 * | pending           | `record`: the receiver has it                             | delivered                     |
 * | pending           | `record`: no attempt is left, or the receiver is gone     | failed                        |
 * | pending           | `release`: it was claimed and is not tried after all      | pending, due now              |
 * | any               | `redeliver`, with all its attempts before it              | pending, due now              |
 *
 * A process that dies with a delivery in its hands leaves it due at its lease's end. The outcome of an earlier claim is dropped: another
 * process has the delivery.
 */
@Injectable()
export class DeliveryLifecycleRepository {
  constructor(private readonly database: Database) {}

  /**
   * Events and a delivery of each to each of its webhooks, as part of the transaction. An event that is there already changes nothing.
   * @returns the webhooks that have something new to deliver once it is committed
   */
  async append(transaction: Transaction<Schema>, told: readonly AddressedEvent[]): Promise<string[]> {
    const addressed = told.filter(({ webhookIds }) => webhookIds.length > 0);
    if (addressed.length === 0) return [];
    const events = addressed.map(({ event }) => event);
    const pairs = addressed.flatMap(({ event, webhookIds }) => webhookIds.map((id) => [id, event.eventId] as const));
    const { rows } = await sql<{ webhookId: string }>`
      WITH told AS (
        INSERT INTO webhook_events (event_id, type, body)
        SELECT * FROM unnest(${events.map(({ eventId }) => eventId)}::text[], ${events.map(({ type }) => type)}::text[],
          ${events.map(bodyOf)}::text[])
        ON CONFLICT DO NOTHING RETURNING event_id
      )
      INSERT INTO webhook_deliveries (webhook_id, event_id)
      SELECT webhook_id, event_id FROM unnest(${pairs.map(([id]) => id)}::text[], ${pairs.map(([, id]) => id)}::text[])
        AS pair (webhook_id, event_id) JOIN told USING (event_id)
      RETURNING webhook_id AS "webhookId"`.execute(transaction);
    return [...new Set(rows.map(({ webhookId }) => webhookId))];
  }

  /**
   * Hands out due deliveries, the longest due first, of each webhook as many as there are places at most; those that another process
   * holds are passed over.
   */
  async claim(places: ReadonlyMap<string, number>, leaseMs: number): Promise<ClaimedDelivery[]> {
    const { rows } = await withDatabaseErrors(() =>
      sql<ClaimedDelivery>`
        WITH due AS (
          SELECT delivery.* FROM unnest(${[...places.keys()]}::text[], ${[...places.values()]}::integer[]) AS wanted (id, places)
          CROSS JOIN LATERAL (
            SELECT webhook_id, delivery_id FROM webhook_deliveries
            WHERE webhook_id = wanted.id AND status = 'pending' AND next_attempt_at <= now()
            ORDER BY next_attempt_at LIMIT wanted.places FOR UPDATE SKIP LOCKED
          ) AS delivery
        )
        UPDATE webhook_deliveries AS claimed
        SET claims = claims + 1, next_attempt_at = now() + make_interval(secs => ${leaseMs / 1000})
        FROM due, webhook_events AS event
        WHERE claimed.webhook_id = due.webhook_id AND claimed.delivery_id = due.delivery_id
          AND event.event_id = claimed.event_id
        RETURNING claimed.webhook_id AS "webhookId", claimed.delivery_id AS "deliveryId", claimed.event_id AS "eventId",
          claims AS claim, failures, body`.execute(this.database),
    );
    return rows;
  }

  /** What became of claimed deliveries. */
  async record(outcomes: readonly AttemptOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const deliveries = outcomes.map(({ delivery }) => delivery);
    await withDatabaseErrors(() =>
      sql`
        UPDATE webhook_deliveries AS delivery SET status = outcome.status,
          failures = CASE outcome.status WHEN 'delivered' THEN failures ELSE failures + 1 END,
          attempts = CASE WHEN jsonb_array_length(attempts) < ${mostAttempts} THEN attempts ELSE attempts - 0 END
            || outcome.attempt,
          next_attempt_at = CASE outcome.status WHEN 'pending' THEN now() + make_interval(secs => outcome.seconds) END
        FROM unnest(${deliveries.map(({ webhookId }) => webhookId)}::text[],
          ${deliveries.map(({ deliveryId }) => deliveryId)}::bigint[], ${deliveries.map(({ claim }) => claim)}::integer[],
          ${outcomes.map(({ status }) => status)}::text[],
          ${outcomes.map(({ attempt }) => JSON.stringify(attempt))}::jsonb[],
          ${outcomes.map(({ retryAfterMs = 0 }) => retryAfterMs / 1000)}::float8[])
          AS outcome (webhook_id, delivery_id, claim, status, attempt, seconds)
        WHERE delivery.webhook_id = outcome.webhook_id AND delivery.delivery_id = outcome.delivery_id
          AND claims = outcome.claim AND delivery.status = 'pending'`.execute(this.database),
    );
  }

  /** Claimed deliveries that were not tried after all. */
  async release(deliveries: readonly AttemptOutcome['delivery'][]): Promise<void> {
    if (deliveries.length === 0) return;
    await withDatabaseErrors(() =>
      sql`
        UPDATE webhook_deliveries AS delivery SET next_attempt_at = now()
        FROM unnest(${deliveries.map(({ webhookId }) => webhookId)}::text[],
          ${deliveries.map(({ deliveryId }) => deliveryId)}::bigint[], ${deliveries.map(({ claim }) => claim)}::integer[])
          AS given (webhook_id, delivery_id, claim)
        WHERE delivery.webhook_id = given.webhook_id AND delivery.delivery_id = given.delivery_id
          AND claims = given.claim AND status = 'pending'`.execute(this.database),
    );
  }

  /** @throws DeliveryNotFoundError */
  async redeliver(webhookId: string, deliveryId: number): Promise<void> {
    const { numAffectedRows } = await withDatabaseErrors(() =>
      sql`
        UPDATE webhook_deliveries SET status = 'pending', failures = 0, next_attempt_at = now()
        WHERE webhook_id = ${webhookId} AND delivery_id = ${deliveryId}`.execute(this.database),
    );
    if (numAffectedRows === 0n) throw new DeliveryNotFoundError();
  }
}

function bodyOf({ type, timestamp, data }: WebhookEvent): string {
  return JSON.stringify({ type, timestamp, data });
}
