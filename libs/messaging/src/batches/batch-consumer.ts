import { Logger } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, isCodedError } from '@ekphrasis/errors';
import type { ConsumerServices } from '../settlement/consumer-services.js';
import { logFieldsOf, type DeliverySource, type Unsettled } from '../settlement/delivery-source.js';
import { traceBatch } from '../settlement/trace-deliveries.js';
import { StateMachine } from '../state-machine.js';
import { Subscription } from '../subscription/subscription.js';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

export interface BatchConsumerOptions<T> {
  source: DeliverySource;
  /** Reads a message; what it cannot read is dead-lettered. `decoderOf` makes one from contracts. */
  decode: (message: ConsumeMessage) => T;
  /** Deliveries that may wait or be handled at once. */
  prefetch: number;
  /** Most deliveries of one batch. */
  batchSize: number;
  /** Resolves when the effects of all of them are durable. Handling the same message again must change nothing. */
  handle: (messages: T[]) => Promise<void>;
}

interface Waiting<T> {
  unsettled: Unsettled;
  message: T;
}

/**
 * Handles whatever has arrived as one batch, one batch at a time, and acks it whole.
 * A batch that fails for a passing reason (the database is away) is tried again in place, in growing
 * pauses, for as long as it takes; one that fails for another reason is handled message by message, so that only the culprit is dead-lettered.
 *
 * State machine: idle <-> working (batches run, one after the other); either -> stopping (the running batch ends, no other begins) ->
 * stopped
 */
export class BatchConsumer<T> {
  private readonly logger = new Logger(BatchConsumer.name);
  private readonly subscription: Subscription;
  private readonly abort = new AbortController();
  private waiting: Waiting<T>[] = [];
  private readonly state = new StateMachine<'idle' | 'working' | 'stopping' | 'stopped'>('idle', {
    idle: ['working', 'stopping'],
    working: ['idle', 'stopping'],
    stopping: ['stopped'],
    stopped: [],
  });
  /** The batches that run. */
  private work = Promise.resolve();
  private stopped?: Promise<void>;
  /** Deliveries that could not be read and are still on their way to the dead letters. */
  private leaving = 0;

  constructor(
    private readonly services: ConsumerServices,
    private readonly options: BatchConsumerOptions<T>,
  ) {
    const { source, prefetch } = options;
    services.metrics.consumed({ destination: source.queue, operation: 'consume' }, 0);
    this.subscription = new Subscription(services.connection, source.queue, {
      queue: source.queue,
      prefetch,
      onMessage: (message, channel) => this.take({ message, channel, source }),
      isIdle: () => this.state.is('idle') && this.waiting.length === 0 && this.leaving === 0,
    });
  }

  get isStopped(): boolean {
    return this.state.is('stopping', 'stopped');
  }

  /** Resolves while messages can arrive, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  /** Lets the running batch finish; what waits behind it goes back to the broker. */
  stop(): Promise<void> {
    this.stopped ??= this.drain();
    return this.stopped;
  }

  private async drain(): Promise<void> {
    // first of all: no further batch begins while the broker is told
    this.state.to('stopping');
    this.abort.abort();
    await this.subscription.cancel();
    await this.work;
    await this.subscription.close();
    this.state.to('stopped');
  }

  private take(unsettled: Unsettled): void {
    this.services.metrics.consumed({ destination: this.options.source.queue, operation: 'consume' });
    let message: T;
    try {
      message = this.options.decode(unsettled.message);
    } catch (error) {
      this.leaving += 1;
      void this.services.settlement.failed(unsettled, error).finally(() => (this.leaving -= 1));
      return;
    }
    this.waiting.push({ unsettled, message });
    if (!this.state.is('idle')) return;
    this.state.to('working');
    this.work = this.handleWaiting();
  }

  private async handleWaiting(): Promise<void> {
    // what arrived in one read of the socket is delivered one by one: let all of it in
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.waiting.length > 0 && this.state.is('working')) {
        await this.settle(this.waiting.splice(0, this.options.batchSize));
      }
    } finally {
      if (this.state.is('working')) this.state.to('idle');
    }
  }

  private async settle(batch: Waiting<T>[]): Promise<void> {
    const { settlement, metrics } = this.services;
    const destination = this.options.source.queue;
    const startedAt = performance.now();
    const deliveries = batch.map(({ unsettled }) => unsettled);
    const error = await traceBatch(deliveries, () => this.handleUntilDone(batch));
    const errorType = error === undefined ? undefined : codeOf(error);
    const seconds = (performance.now() - startedAt) / 1000;
    for (let count = 0; count < batch.length; count += 1) {
      metrics.processed({ destination, operation: 'consume', errorType }, seconds);
    }
    if (this.isStopped && error) return;
    if (!error) {
      this.ack(batch.map(({ unsettled }) => unsettled));
    } else if (batch.length === 1 && batch[0]) {
      await settlement.failed(batch[0].unsettled, error);
    } else {
      for (const single of batch) await this.settle([single]);
    }
  }

  /** One ack a channel for all up to its last delivery, unless an earlier one is not answered yet. */
  private ack(batch: Unsettled[]): void {
    const allUpTo = this.leaving === 0;
    const answered = allUpTo ? new Map(batch.map((unsettled) => [unsettled.channel, unsettled])).values() : batch;
    for (const unsettled of answered) this.services.settlement.done(unsettled, allUpTo);
  }

  /** @returns what it failed with for good, or undefined */
  private async handleUntilDone(batch: Waiting<T>[]): Promise<unknown> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await this.options.handle(batch.map(({ message }) => message));
        return undefined;
      } catch (error) {
        if (!isCodedError(error) || !error.retryable || this.isStopped) return error;
        this.logger.warn({
          ...(batch[0] && logFieldsOf(batch[0].unsettled)),
          msg: `${batch.length} messages wait (${error.code}): ${error.message}`,
        });
        await pause(pauseMs, undefined, { signal: this.abort.signal }).catch(() => undefined);
      }
    }
  }
}
