import { Injectable } from '@nestjs/common';
import type { ChannelModel } from 'amqplib';
import { ConsumingConnection } from './connection/broker-connection.js';
import { BrokerUnavailableError } from './messaging.errors.js';

const answerWithinMs = 5_000;
/** The broker's reply code for a queue that is not there. */
const notFound = 404;

/** What one queue has now. */
export interface QueueDepth {
  /** Messages that wait in it; those that a consumer holds are not counted. */
  waiting: number;
  consumers: number;
}

/** Which queues are looked at, and how long the broker may take. */
export interface DepthOptions {
  names?: readonly string[];
  withinMs?: number;
}

/**
 * Asks the broker what the product's durable queues hold. It only looks: a queue that is missing is not declared, since
 * that may come too soon after its end (see `redeclareAfterMs`), and counts as empty, which it is.
 *
 * A quorum queue without a leader, for a moment after the broker's start, says that nothing waits and nobody consumes.
 */
@Injectable()
export class QueueDepths {
  /** An alarm blocks the connection that publishes, so the other one asks. */
  constructor(private readonly connection: ConsumingConnection) {}

  /**
   * @param options `names` of queues; all by default
   * @returns by the queue's name
   * @throws {BrokerUnavailableError} where the broker does not answer in time
   */
  async read({ names, withinMs = answerWithinMs }: DepthOptions = {}): Promise<Map<string, QueueDepth>> {
    const connection = this.connection.current;
    if (!connection) throw new BrokerUnavailableError('no connection');
    const limit = AbortSignal.timeout(withinMs);
    const depths = new Map<string, QueueDepth>();
    for (const name of names ?? this.connection.topology.queues.map((queue) => queue.name))
      depths.set(name, await withLimit(limit, depthOf(connection, name), withinMs));
    return depths;
  }
}

/** On a channel of its own: asked for a missing queue, the broker closes the channel. */
async function depthOf(connection: ChannelModel, queue: string): Promise<QueueDepth> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    const { messageCount, consumerCount } = await channel.checkQueue(queue);
    return { waiting: messageCount, consumers: consumerCount };
  } catch (error) {
    if ((error as { code?: number }).code === notFound) return { waiting: 0, consumers: 0 };
    throw new BrokerUnavailableError(`${queue}: ${(error as Error).message}`, error);
  } finally {
    channel.close().catch(() => undefined);
  }
}

async function withLimit<T>(limit: AbortSignal, work: Promise<T>, withinMs: number): Promise<T> {
  let expire: () => void = () => undefined;
  const expired = new Promise<never>((_, reject) => {
    expire = () => reject(new BrokerUnavailableError(`no answer within ${withinMs} ms`));
    limit.addEventListener('abort', expire, { once: true });
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    limit.removeEventListener('abort', expire);
    // where the time was up first, nobody waits for it any more
    work.catch(() => undefined);
  }
}
