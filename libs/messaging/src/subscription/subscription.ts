import { Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { BrokerConnection } from '../connection/broker-connection.js';
import { ChannelConsumers } from './channel-consumers.js';
import { coalesceWrites, socketOf } from '../connection/coalesce-writes.js';
import { declareTopology } from '../connection/declare-topology.js';
import { BrokerUnavailableError } from '../messaging.errors.js';
import { RecoveringChannel } from '../connection/recovering-channel.js';
import { beginTransactions } from '../connection/transaction.js';
import { settledWithin } from '../connection/settled-within.js';
import { StateMachine } from '../state-machine.js';

const cancelTimeoutMs = 2_000;
/** How long nothing may come before the channel is replaced. */
const idleMs = 60_000;
const lookEveryMs = 15_000;

export interface SubscriptionOptions {
  /** The queue's name, or how to make one on each new channel (an exclusive queue lives no longer than its connection). */
  queue: string | ((channel: Channel) => Promise<string>);
  /** Deliveries that may be unanswered at once. */
  prefetch: number;
  /** A promise that it gives resolves when the message is answered; needed where consumers are added or paused. */
  onMessage: (message: ConsumeMessage, channel: Channel) => void | Promise<void>;
  /** Called each time the subscription is in place, the first time included. */
  onSubscribed?: () => void;
  /** Whether all that came is answered. Where it is given, the channel is replaced when nothing has come for a minute. */
  isIdle?: () => boolean;
  /** Whether what is published and answered on its channel counts once it is committed (see `commit`). False by default. */
  isTransactional?: boolean;
}

/**
 * A consumer that is there again after whatever took it away: a lost connection, a deleted queue, a cancel by the broker.
 * The broker's cancel (a null delivery) reopens the channel, which declares the topology and subscribes anew.
 *
 * A consumer may also be one in name only, and nobody says so: where a quorum queue is deleted and declared again at once, the
 * broker goes on counting its consumers, and gives them messages that never arrive (seen with RabbitMQ 3.10). What it gave them
 * comes back when their channel closes. And one that subscribes right after another was killed may be given nothing, while those that
 * were there before get everything. So one that has had nothing for a minute gets a new channel, beside the old one until that is empty.
 *
 * State machine: consuming <-> paused (takes nothing but what is on its way); either -> cancelled (what came can be answered) -> closed
 */
export class Subscription {
  private readonly logger = new Logger(Subscription.name);
  private readonly channel: RecoveringChannel<Channel>;
  private consumers?: ChannelConsumers;
  private extra: readonly number[] = [];
  private readonly state = new StateMachine<'consuming' | 'paused' | 'cancelled' | 'closed'>('consuming', {
    consuming: ['paused', 'cancelled', 'closed'],
    paused: ['consuming', 'cancelled', 'closed'],
    cancelled: ['closed'],
    closed: [],
  });
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly name: string,
    private readonly options: SubscriptionOptions,
  ) {
    const subscribe = (channel: Channel): Promise<void> => this.subscribe(channel);
    this.channel = options.isTransactional
      ? new RecoveringChannel(connection, name, subscribe, (model) => model.createChannel())
      : new RecoveringChannel<Channel>(connection, name, subscribe);
    this.timer = setInterval(() => this.look(), lookEveryMs);
  }

  /** Resolves while subscribed, rejects otherwise. For health checks. */
  async check(): Promise<void> {
    if (this.state.is('paused'))
      throw new BrokerUnavailableError(`${this.name} takes nothing while nothing can be published`);
    if (!this.current?.isConsuming) throw new BrokerUnavailableError(`${this.name} is not subscribed`);
  }

  /** Has further consumers beside the first. @param prefetches the prefetch of each, until it is subscribed anew */
  extend(prefetches: readonly number[]): void {
    this.extra = prefetches;
    this.change();
  }

  /** Takes nothing until `resume`, but for what is on its way. */
  pause(): void {
    if (this.state.is('consuming')) this.state.to('paused');
    this.change();
  }

  resume(): void {
    if (this.state.is('paused')) this.state.to('consuming');
    this.change();
  }

  /** Takes no further deliveries; what was delivered can still be answered. */
  async cancel(): Promise<void> {
    if (!this.state.is('closed')) this.state.to('cancelled');
    clearInterval(this.timer);
    const consumers = this.current;
    if (consumers) await settledWithin(cancelTimeoutMs, consumers.cancel());
  }

  /** Subscribes anew, on a new channel: for who knows that nothing can come any more. */
  reopen(): void {
    this.logger.warn(`${this.name}: nothing reaches it any more, subscribing anew`);
    this.consumers = undefined;
    this.channel.reopen();
  }

  async close(): Promise<void> {
    this.state.to('closed');
    clearInterval(this.timer);
    await this.channel.close();
  }

  /** The consumers on the channel that is open now. */
  private get current(): ChannelConsumers | undefined {
    return this.channel.current && this.consumers?.channel === this.channel.current ? this.consumers : undefined;
  }

  private get wanted(): readonly number[] {
    return this.state.is('consuming') ? [this.options.prefetch, ...this.extra] : [];
  }

  private change(): void {
    // where the channel is lost it is subscribed anew, with what is wanted then
    this.current?.have(this.wanted).catch(() => undefined);
  }

  private async subscribe(channel: Channel): Promise<void> {
    const { queue, onMessage, onSubscribed, isTransactional } = this.options;
    if (this.state.is('cancelled', 'closed')) return;
    coalesceWrites(socketOf(channel));
    await declareTopology(channel, this.connection.topology);
    if (isTransactional) await beginTransactions(channel);
    const name = typeof queue === 'string' ? queue : await queue(channel);
    const consumers = new ChannelConsumers(channel, {
      queue: name,
      onMessage: (message) => onMessage(message, channel),
      onCancelled: () => {
        this.logger.warn(`${this.name}: the broker cancelled the subscription to ${name}`);
        this.channel.abandon(channel);
      },
    });
    this.extra = [];
    await consumers.have(this.wanted);
    this.consumers = consumers;
    onSubscribed?.();
  }

  private look(): void {
    const consumers = this.current;
    if (!consumers?.isConsuming || !this.state.is('consuming') || !this.options.isIdle?.()) return;
    if (Date.now() - consumers.lastAt >= idleMs) void this.renew(consumers);
  }

  private async renew(consumers: ChannelConsumers): Promise<void> {
    const isReplaced = await this.channel.replace();
    if (!isReplaced) return;
    await consumers.finish().catch(() => undefined);
    await consumers.channel.close().catch(() => undefined);
  }
}
