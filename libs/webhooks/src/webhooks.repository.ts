import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { Database, inTransaction, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import type { Webhook, WebhookWishes } from './webhook.js';
import { newSecret, newWebhookId } from './webhook-secret.js';
import { WebhookNotFoundError } from './webhooks.errors.js';

/** How long an earlier secret signs beside the new one. */
const bothSignFor = '24 hours';

/** A webhook as it was left by the change with this revision. */
export interface WebhookChange {
  webhook: Webhook;
  revision: number;
  isDeleted: boolean;
}

const columns = sql.raw(
  `webhook_id AS "webhookId", client_id AS "clientId", url, events, threshold, enabled, secret,
   earlier_secret AS "earlierSecret", earlier_secret_until AS "earlierSecretUntil", created_at AS "createdAt"`,
);

/**
 * Clients' webhooks. Each change takes the next revision, and holds that until its commit: revisions become visible in their order, so
 * who knows all up to one misses none by asking for those after it.
 */
@Injectable()
export class WebhooksRepository {
  constructor(private readonly database: Database) {}

  create(clientId: string, { url, events, threshold, enabled }: WebhookWishes): Promise<Webhook> {
    return inTransaction(this.database, async (transaction) => {
      const revision = await nextRevision(transaction);
      return one(
        transaction,
        sql`INSERT INTO webhooks (webhook_id, client_id, url, events, threshold, enabled, secret, revision)
          VALUES (${newWebhookId()}, ${clientId}, ${url}, ${events}::text[], ${threshold}, ${enabled}, ${newSecret()}, ${revision})
          RETURNING ${columns}`,
      );
    });
  }

  /** The oldest first. */
  async list(clientId: string): Promise<Webhook[]> {
    const { rows } = await withDatabaseErrors(() =>
      sql<Webhook>`
        SELECT ${columns} FROM webhooks WHERE client_id = ${clientId} AND deleted_at IS NULL
        ORDER BY created_at, webhook_id`.execute(this.database),
    );
    return rows;
  }

  /** @throws WebhookNotFoundError, also where it is another client's */
  find(clientId: string, webhookId: string, within: Kysely<Schema> = this.database): Promise<Webhook> {
    return withDatabaseErrors(() =>
      one(within, sql`SELECT ${columns} FROM webhooks WHERE ${isOf(clientId, webhookId)}`),
    );
  }

  /** @param wish what it is to be, made from what it is; what it throws leaves the webhook as it was @throws WebhookNotFoundError */
  change(clientId: string, webhookId: string, wish: (webhook: Webhook) => WebhookWishes): Promise<Webhook> {
    return inTransaction(this.database, async (transaction) => {
      const revision = await nextRevision(transaction);
      const { url, events, threshold, enabled } = wish(await this.find(clientId, webhookId, transaction));
      return one(
        transaction,
        sql`UPDATE webhooks SET url = ${url}, events = ${events}::text[], threshold = ${threshold}, enabled = ${enabled},
            revision = ${revision}
          WHERE ${isOf(clientId, webhookId)} RETURNING ${columns}`,
      );
    });
  }

  /** A new secret; the one before signs beside it for 24 hours. @throws WebhookNotFoundError */
  rotateSecret(clientId: string, webhookId: string): Promise<Webhook> {
    return inTransaction(this.database, async (transaction) => {
      const revision = await nextRevision(transaction);
      return one(
        transaction,
        sql`UPDATE webhooks SET secret = ${newSecret()}, earlier_secret = secret,
            earlier_secret_until = now() + ${bothSignFor}::interval, revision = ${revision}
          WHERE ${isOf(clientId, webhookId)} RETURNING ${columns}`,
      );
    });
  }

  /** Its row stays for a while, without its secrets, and tells who has it in memory. @throws WebhookNotFoundError */
  async remove(clientId: string, webhookId: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const revision = await nextRevision(transaction);
      await one(
        transaction,
        sql`UPDATE webhooks SET deleted_at = now(), enabled = false, secret = '', earlier_secret = NULL, revision = ${revision}
          WHERE ${isOf(clientId, webhookId)} RETURNING ${columns}`,
      );
    });
  }

  /** Tells it nothing more, whoever's it is, until its client wants it again. */
  async disable(webhookId: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const revision = await nextRevision(transaction);
      await sql`
        UPDATE webhooks SET enabled = false, revision = ${revision} WHERE webhook_id = ${webhookId} AND enabled`.execute(
        transaction,
      );
    });
  }

  /** @param within a transaction of the caller's, where it is to see what that sees */
  async revision(within: Kysely<Schema> = this.database): Promise<number> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ revision: number }>`SELECT revision FROM webhook_revision`.execute(within),
    );
    return rows[0]?.revision ?? 0;
  }

  /** All webhooks that changed after a revision, and the revision up to which that is so. */
  async changesAfter(
    revision: number,
    within: Kysely<Schema> = this.database,
  ): Promise<{ changes: WebhookChange[]; upTo: number }> {
    const { rows } = await withDatabaseErrors(() =>
      // one statement, hence one view of the database
      sql<Webhook & { revision: number; isDeleted: boolean; upTo: number }>`
        SELECT latest.revision AS "upTo", webhooks.revision, deleted_at IS NOT NULL AS "isDeleted", ${columns}
        FROM webhook_revision AS latest LEFT JOIN webhooks ON webhooks.revision > ${revision}`.execute(within),
    );
    const changes = rows
      .filter(({ webhookId }) => webhookId !== null)
      .map(({ revision, isDeleted, upTo: _, ...webhook }) => ({ webhook, revision, isDeleted }));
    return { changes, upTo: rows[0]?.upTo ?? 0 };
  }

  /** Forgets what was deleted so many days ago. */
  async forgetDeleted(days: number): Promise<void> {
    await withDatabaseErrors(() =>
      sql`DELETE FROM webhooks WHERE deleted_at < now() - make_interval(days => ${days})`.execute(this.database),
    );
  }
}

async function nextRevision(transaction: Transaction<Schema>): Promise<number> {
  const { rows } = await sql<{ revision: number }>`
    UPDATE webhook_revision SET revision = revision + 1 RETURNING revision`.execute(transaction);
  if (!rows[0]) throw new Error('The table webhook_revision is empty');
  return rows[0].revision;
}

function isOf(clientId: string, webhookId: string): RawBuilder<boolean> {
  return sql`webhook_id = ${webhookId} AND client_id = ${clientId} AND deleted_at IS NULL`;
}

async function one(within: Kysely<Schema>, statement: RawBuilder<unknown>): Promise<Webhook> {
  const { rows } = await (statement as RawBuilder<Webhook>).execute(within);
  if (!rows[0]) throw new WebhookNotFoundError();
  return rows[0];
}
