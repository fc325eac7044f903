/** A message that waits in the database for the broker to have it. */
export interface OutboxMessage {
  /** Its place in the outbox. */
  id: number;
  routingKey: string;
  /** The AMQP `type` property. */
  type: string;
  /** The JSON text of the body. */
  body: string;
  /** The trace that it belongs to. */
  traceparent: string | null;
}

/** The port: messages committed together with what they are about, in the same transaction. */
export interface OutboxStore {
  /**
   * Hands the oldest waiting messages that no other relay holds to `publish`, and forgets those whose ids it returns.
   * A crash in between keeps them: they are handed out again.
   * @param exceptKeys routing keys whose messages are left where they are
   * @returns how many were handed out, and how many of them are forgotten
   */
  relay(
    limit: number,
    publish: (messages: OutboxMessage[]) => Promise<number[]>,
    exceptKeys?: readonly string[],
  ): Promise<{ handedOut: number; forgotten: number }>;
  /** Whether none with a routing key waits, and the store's own time at which that was so. */
  look(routingKey: string): Promise<{ isEmpty: boolean; at: Date }>;
  /** How many wait. */
  count(): Promise<number>;
}

export const OUTBOX_STORE = Symbol('OUTBOX_STORE');
