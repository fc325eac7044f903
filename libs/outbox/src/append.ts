import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { MessageContract } from '@ekphrasis/contracts';
import type { Schema } from '@ekphrasis/persistence';
import { currentTraceparent } from '@ekphrasis/tracing';

/** What the outbox asks of a message's contract. */
export type OutgoingContract<T extends object> = Pick<MessageContract<T>, 'routingKey' | 'type' | 'encode'>;

/**
 * Puts messages into the outbox, the only way for them to get there: the relay publishes them, in this order, once the transaction
 * is committed, and never if it is not. Whoever has committed calls `OutboxRelay.wake`, or they wait for its timer.
 */
export async function append<T extends object>(
  transaction: Transaction<Schema>,
  contract: OutgoingContract<T>,
  messages: readonly T[],
): Promise<void> {
  if (messages.length === 0) return;
  const bodies = messages.map((message) => contract.encode(message).toString('utf8'));
  await appending(contract, sql`SELECT unnest(${bodies}::text[])`).execute(transaction);
}

/**
 * The same as a part of a larger statement, for rows and their messages in one round trip. The messages belong to the trace that is
 * active, or with `ownTraces` each to its own.
 * @param bodies a query of one column, encoded by the contract, as text; with `ownTraces` of a second one, the traceparent or null
 */
export function appending<T extends object>(
  { routingKey, type }: OutgoingContract<T>,
  bodies: RawBuilder<unknown>,
  { ownTraces = false } = {},
): RawBuilder<unknown> {
  const traceparent = ownTraces ? sql.ref('traceparent') : sql`${currentTraceparent() ?? null}::text`;
  return sql`
    INSERT INTO outbox (routing_key, type, body, traceparent)
    SELECT ${routingKey}, ${type}, body, ${traceparent} FROM (${bodies}) AS message (${sql.raw(ownTraces ? 'body, traceparent' : 'body')})`;
}
