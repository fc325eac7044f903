import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import type { OutboxMessage, OutboxStore } from './outbox-store.js';

/** The outbox as a table. Relays share it: the rows that one hands out are locked, and the others skip them. */
@Injectable()
export class PostgresOutbox implements OutboxStore {
  constructor(private readonly database: Database) {}

  relay(
    limit: number,
    publish: (messages: OutboxMessage[]) => Promise<number[]>,
    exceptKeys: readonly string[] = [],
  ): Promise<{ handedOut: number; forgotten: number }> {
    return withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        const { rows: messages } = await sql<OutboxMessage>`
          SELECT id, routing_key AS "routingKey", type, body, traceparent FROM outbox
          ${exceptKeys.length > 0 ? sql`WHERE routing_key <> ALL(${exceptKeys}::text[])` : sql``}
          ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(transaction);
        if (messages.length === 0) return { handedOut: 0, forgotten: 0 };
        const confirmed = await publish(messages);
        if (confirmed.length > 0) {
          await sql`DELETE FROM outbox WHERE id = ANY(${confirmed}::bigint[])`.execute(transaction);
        }
        return { handedOut: messages.length, forgotten: confirmed.length };
      }),
    );
  }

  async look(routingKey: string): Promise<{ isEmpty: boolean; at: Date }> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ isEmpty: boolean; at: Date }>`
        SELECT NOT EXISTS (SELECT 1 FROM outbox WHERE routing_key = ${routingKey}) AS "isEmpty", now() AS at`.execute(
        this.database,
      ),
    );
    return rows[0] ?? { isEmpty: false, at: new Date(0) };
  }

  count(): Promise<number> {
    return withDatabaseErrors(async () => {
      const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM outbox`.execute(this.database);
      return rows[0]?.count ?? 0;
    });
  }
}
