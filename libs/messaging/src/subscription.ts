import { Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { BrokerConnection } from './broker-connection.js';
import { coalesceWrites, socketOf } from './coalesce-writes.js';
import { declareTopology } from './declare-topology.js';
import { BrokerUnavailableError } from './messaging.errors.js';
import { RecoveringChannel } from './recovering-channel.js';
import { settledWithin } from './settled-within.js';

const goodbyeMs = 2_000;

export interface SubscriptionOptions {
  /** The queue's name, or how to make one on each new channel (an exclusive queue lives no longer than its connection). */
  queue: string | ((channel: Channel) => Promise<string>);
  /** Deliveries that may be unanswered at once. */
  prefetch: number;
  onMessage: (message: ConsumeMessage, channel: Channel) => void;
  /** Called each time the subscription is in place, the first time included. */
  onSubscribed?: () => void;
}

/**
 * A consumer that is there again after whatever took it away: a lost connection, a deleted queue, a cancel by the broker.
 * The broker's cancel (a null delivery) reopens the channel, which declares the topology and subscribes anew.
 */
export class Subscription {
  private readonly logger = new Logger(Subscription.name);
  private readonly channel: RecoveringChannel;
  private consumerTag?: string;
  private stopped = false;

  constructor(
    connection: BrokerConnection,
    private readonly name: string,
    private readonly options: SubscriptionOptions,
  ) {
    this.channel = new RecoveringChannel(
      connection,
      name,
      (channel) => this.subscribe(channel),
      () => (this.consumerTag = undefined),
    );
  }

  /** Resolves while subscribed, rejects otherwise. For health checks. */
  async check(): Promise<void> {
    if (!this.channel.current || !this.consumerTag) throw new BrokerUnavailableError(`${this.name} is not subscribed`);
  }

  /** Takes no further deliveries; what was delivered can still be answered. */
  async cancel(): Promise<void> {
    this.stopped = true;
    const tag = this.consumerTag;
    this.consumerTag = undefined;
    const channel = this.channel.current;
    if (tag && channel) await settledWithin(goodbyeMs, channel.cancel(tag));
  }

  /** Subscribes anew, on a new channel: for who knows that nothing can come any more. */
  reopen(): void {
    this.logger.warn(`${this.name}: nothing reaches it any more, subscribing anew`);
    this.consumerTag = undefined;
    void this.channel.current?.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.channel.close();
  }

  private async subscribe(channel: Channel): Promise<void> {
    const { queue, prefetch, onMessage, onSubscribed } = this.options;
    if (this.stopped) return;
    coalesceWrites(socketOf(channel));
    await declareTopology(channel);
    const name = typeof queue === 'string' ? queue : await queue(channel);
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(name, (message) => {
      if (message) return onMessage(message, channel);
      this.logger.warn(`${this.name}: the broker cancelled the subscription to ${name}`);
      this.consumerTag = undefined;
      void channel.close().catch(() => undefined);
    });
    this.consumerTag = consumerTag;
    onSubscribed?.();
  }
}
