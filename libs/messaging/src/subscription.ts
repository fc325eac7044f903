import { Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { BrokerConnection } from './broker-connection.js';
import { coalesceWrites, socketOf } from './coalesce-writes.js';
import { declareTopology } from './declare-topology.js';
import { ExtraConsumer } from './extra-consumer.js';
import { BrokerUnavailableError } from './messaging.errors.js';
import { RecoveringChannel } from './recovering-channel.js';
import { settledWithin } from './settled-within.js';

const goodbyeMs = 2_000;

export interface SubscriptionOptions {
  /** The queue's name, or how to make one on each new channel (an exclusive queue lives no longer than its connection). */
  queue: string | ((channel: Channel) => Promise<string>);
  /** Deliveries that may be unanswered at once. */
  prefetch: number;
  /** A promise that it gives resolves when the message is answered; needed where consumers are added (`extend`). */
  onMessage: (message: ConsumeMessage, channel: Channel) => void | Promise<void>;
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
  private queueName = '';
  private stopped = false;
  /** Consumers beside the first, which give it places that it would not have. */
  private extras: ExtraConsumer[] = [];
  private readonly ending = new Set<ExtraConsumer>();
  private changing = Promise.resolve();

  constructor(
    connection: BrokerConnection,
    private readonly name: string,
    private readonly options: SubscriptionOptions,
  ) {
    this.channel = new RecoveringChannel(
      connection,
      name,
      (channel) => this.subscribe(channel),
      () => {
        this.consumerTag = undefined;
        this.extras = [];
        this.ending.clear();
      },
    );
  }

  /** Resolves while subscribed, rejects otherwise. For health checks. */
  async check(): Promise<void> {
    if (!this.channel.current || !this.consumerTag) throw new BrokerUnavailableError(`${this.name} is not subscribed`);
  }

  /**
   * Has further consumers beside the first, each with a prefetch of its own: the broker does not change that of a consumer. One
   * that is taken away goes when nothing can be on its way to it.
   * @param prefetches the prefetch of each, from the first to the last that is as before they stay
   */
  extend(prefetches: readonly number[]): void {
    this.changing = this.changing.then(() => this.change(prefetches)).catch(() => undefined);
  }

  /** Takes no further deliveries; what was delivered can still be answered. */
  async cancel(): Promise<void> {
    this.stopped = true;
    const tag = this.consumerTag;
    this.consumerTag = undefined;
    const channel = this.channel.current;
    if (!tag || !channel) return;
    await settledWithin(goodbyeMs, this.changing);
    const extras = [...this.extras.splice(0), ...this.ending];
    await settledWithin(goodbyeMs, Promise.all([channel.cancel(tag), ...extras.map((extra) => extra.cancel())]));
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
      if (message) return void onMessage(message, channel);
      this.logger.warn(`${this.name}: the broker cancelled the subscription to ${name}`);
      this.consumerTag = undefined;
      void channel.close().catch(() => undefined);
    });
    this.consumerTag = consumerTag;
    this.queueName = name;
    onSubscribed?.();
  }

  private async change(prefetches: readonly number[]): Promise<void> {
    const channel = this.channel.current;
    if (!channel || this.stopped) return;
    const kept = this.extras.findIndex(({ prefetch }, index) => prefetch !== prefetches[index]);
    for (const extra of kept < 0 ? [] : this.extras.splice(kept)) {
      this.ending.add(extra);
      extra.end(() => this.ending.delete(extra));
    }
    for (const prefetch of prefetches.slice(this.extras.length)) {
      const onMessage = async (message: ConsumeMessage): Promise<void> => this.options.onMessage(message, channel);
      this.extras.push(await ExtraConsumer.start(channel, { queue: this.queueName, prefetch, onMessage }));
    }
  }
}
