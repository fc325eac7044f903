import { Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, isCodedError } from '@ekphrasis/errors';
import { LikeLines, type FieldsLine } from '@ekphrasis/observability';
import { commit } from '../connection/transaction.js';
import type { ConsumerServices } from '../settlement/consumer-services.js';
import { logFieldsOf, type NamedSource, type Unsettled } from '../settlement/delivery-source.js';
import { traceDelivery } from '../settlement/trace-deliveries.js';
import { Subscription } from '../subscription/subscription.js';
import { deliveryIdOf, identifiedProperties } from './delivery-id.js';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** A message as its handler sees it. */
export interface IdentifiedMessage {
  /** A UUID. The same whenever the message is delivered again, and another one for every other message, whatever is in it. */
  id: string;
  body: Buffer;
  /** Aborted when the process is told to end: stop, and leave the message to another. */
  signal: AbortSignal;
  /** For log lines. */
  logFields: Record<string, unknown>;
}

export interface IdentifiedConsumerOptions {
  queue: string;
  /** How long the message in hand may take at shutdown, in milliseconds; then it is left to another worker. */
  drainMs: number;
  /** Resolves when the effect is durable. Given the same id again it must change nothing. What it throws is tried again, for as long as it takes. */
  handle: (message: IdentifiedMessage) => Promise<void>;
}

/**
 * Consumes a queue that others declare and fill, one message at a time, and knows a message that it has had before, although whoever
 * sent it gave it no id and its body may be that of another.
 *
 * | the message            | what becomes of it                                                                        |
 * |------------------------|-------------------------------------------------------------------------------------------|
 * | bears no id of ours    | a copy with an id goes to the queue's end and it is acked, in one transaction of the broker |
 * | bears one              | it is handled; what fails is tried again in place, in growing pauses; acked, committed      |
 * | its consumer is killed, frozen or cut off before the commit | the broker gives it to another, as it was             |
 *
 * So whatever is handled has an id that it keeps, and whatever is delivered a second time without an id has had no effect. The
 * broker's mark of redelivery would not do: it tells neither which message it is, nor whether its consumer came to anything.
 *
 * State machine: waiting <-> working (one message); either -> stopping (the message in hand is finished, or left to another) -> stopped
 */
export class IdentifiedConsumer {
  private readonly logger = new Logger(IdentifiedConsumer.name);
  private readonly failures = new LikeLines<FieldsLine>((line) => this.logger.warn(line));
  private readonly subscription: Subscription;
  private readonly source: NamedSource;
  private readonly stopping = new AbortController();
  private readonly abort = new AbortController();
  /** The message in hand. While a commit is on its way the broker may send the next, which waits for this. */
  private work = Promise.resolve();
  private inHand = 0;
  private stopped?: Promise<void>;

  constructor(
    private readonly services: ConsumerServices,
    private readonly options: IdentifiedConsumerOptions,
  ) {
    this.source = { queue: options.queue };
    services.metrics.consumed({ destination: options.queue, operation: 'consume' }, 0);
    this.subscription = new Subscription(services.connection, options.queue, {
      queue: options.queue,
      prefetch: 1,
      isTransactional: true,
      onMessage: (message, channel) => this.take({ message, channel, source: this.source }),
      isIdle: () => this.inHand === 0,
    });
  }

  get isStopped(): boolean {
    return this.stopped !== undefined;
  }

  /** Resolves while messages can arrive, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  stop(): Promise<void> {
    this.stopped ??= this.drain();
    return this.stopped;
  }

  private async drain(): Promise<void> {
    this.stopping.abort();
    await this.subscription.cancel();
    const timeUp = setTimeout(() => this.abort.abort(new Error('the process ends')), this.options.drainMs);
    await this.work;
    clearTimeout(timeUp);
    await this.subscription.close();
  }

  private take(unsettled: Unsettled<NamedSource>): Promise<void> {
    this.inHand += 1;
    this.work = this.work.then(() => this.settle(unsettled)).finally(() => (this.inHand -= 1));
    return this.work;
  }

  /** Never rejects: a channel that is lost has its message back in the queue. */
  private async settle({ message, channel, source }: Unsettled<NamedSource>): Promise<void> {
    try {
      const id = deliveryIdOf(message);
      if (id === undefined) return await this.identify(message, channel);
      this.services.metrics.consumed({ destination: source.queue, operation: 'consume' });
      const logFields = { ...logFieldsOf({ message, channel, source }), deliveryId: id };
      const identified = { id, body: message.content, signal: this.abort.signal, logFields };
      const isDone = await traceDelivery({ message, channel, source }, () => this.handle(identified));
      if (!isDone) return;
      channel.ack(message);
      await commit(channel);
    } catch (error) {
      this.failures.say('lost', {
        msg: `a message is left to its queue: ${(error as Error).message}`,
        queue: source.queue,
      });
    }
  }

  private async identify(message: ConsumeMessage, channel: Channel): Promise<void> {
    channel.publish('', this.options.queue, message.content, identifiedProperties(message, randomUUID()));
    channel.ack(message);
    await commit(channel);
  }

  /** @returns whether the effect is there; where it is not, the process is told to end */
  private async handle(message: IdentifiedMessage): Promise<boolean> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const startedAt = performance.now();
      try {
        await this.options.handle(message);
        this.processed(startedAt);
        return true;
      } catch (error) {
        if (this.isStopped) return false;
        this.processed(startedAt, error);
        this.tell(message, error);
        await pause(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
        if (this.isStopped) return false;
      }
    }
  }

  private processed(startedAt: number, error?: unknown): void {
    const errorType = error === undefined ? undefined : codeOf(error);
    const operation = { destination: this.options.queue, operation: 'consume', errorType };
    this.services.metrics.processed(operation, (performance.now() - startedAt) / 1000);
  }

  private tell({ logFields }: IdentifiedMessage, error: unknown): void {
    const { message } = error as Error;
    const unforeseen = !isCodedError(error) || !error.retryable;
    this.failures.say(`${codeOf(error)} ${message}`, {
      ...logFields,
      ...(unforeseen && { err: error }),
      msg: `a message waits (${codeOf(error)}): ${message}`,
    });
  }
}
