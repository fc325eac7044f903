import type { Generated } from 'kysely';

export interface WebhooksTable {
  webhook_id: string;
  client_id: string;
  url: string;
  events: string[];
  /** Of `red.exceeded`; null where the webhook does not ask for it. */
  threshold: number | null;
  enabled: Generated<boolean>;
  /** `whsec_` and base64. */
  secret: string;
  /** Signs beside the secret until its time is over; null where it was never changed. */
  earlier_secret: string | null;
  earlier_secret_until: Date | null;
  /** Of all webhooks, when this one was last changed. */
  revision: number;
  created_at: Generated<Date>;
  /** Deleted webhooks are kept for a while, so that whoever holds them in memory learns of it. */
  deleted_at: Date | null;
}

/** One row: how often webhooks were changed. */
export interface WebhookRevisionTable {
  revision: number;
}

/** What at least one webhook is told of. */
export interface WebhookEventsTable {
  event_id: string;
  type: string;
  /** The body of the POST, byte for byte: it is signed. */
  body: string;
  created_at: Generated<Date>;
}

/** One try to tell a webhook, as it is stored and shown. */
export interface StoredAttempt {
  /** ISO 8601. */
  at: string;
  /** Null where there was no answer. */
  status_code: number | null;
  /** Why there was none: an error's code. */
  error: string | null;
  duration_ms: number;
}

export interface WebhookDeliveriesTable {
  webhook_id: string;
  delivery_id: Generated<number>;
  event_id: string;
  status: Generated<'pending' | 'delivered' | 'failed'>;
  /** Attempts that failed since it was last begun. */
  failures: Generated<number>;
  /** How often it was handed out to be tried: tells whose outcome counts. */
  claims: Generated<number>;
  /** While it is tried, when another may try it; null where it is not pending. */
  next_attempt_at: Date | null;
  /** jsonb, the oldest first. */
  attempts: Generated<StoredAttempt[]>;
}
