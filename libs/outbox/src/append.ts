import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { MessageContract } from '@ekphrasis/contracts';
import type { Schema } from '@ekphrasis/persistence';

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
 * The same as a part of a larger statement, for rows and their messages in one round trip.
 * @param bodies a query of one column, encoded by the contract, as text
 */
export function appending<T extends object>(
  { routingKey, type }: OutgoingContract<T>,
  bodies: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    INSERT INTO outbox (routing_key, type, body)
    SELECT ${routingKey}, ${type}, body FROM (${bodies}) AS message (body)`;
}
