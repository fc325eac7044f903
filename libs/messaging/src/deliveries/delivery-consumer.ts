import { Logger } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '@ekphrasis/errors';
import { isClosed } from '../connection/recovering-channel.js';
import { drained } from '../jobs/drained.js';
import { publishUntilConfirmed } from '../publishing/publish-until-confirmed.js';
import type { OutgoingMessage } from '../publishing/publisher.js';
import type { ConsumerServices } from '../settlement/consumer-services.js';
import { logFieldsOf, type NamedSource, type Unsettled } from '../settlement/delivery-source.js';
import { traceDelivery } from '../settlement/trace-deliveries.js';
import { Subscription } from '../subscription/subscription.js';

/** How long a message waits before it goes back to its queue because its handler failed with something that nobody foresaw. */
const returnAfterMs = 1_000;

/** One message in the hands of a handler that decides itself what becomes of it. */
export interface HeldDelivery {
  readonly message: ConsumeMessage;
  /** Whether it is still this process's to answer: with its channel gone the broker has given it to another. */
  isHeld(): boolean;
  /**
   * Publishes what the message has come to, again and again until it is confirmed or the message is not held any more.
   * @param isOver whether a failure is the end of it: nobody will ever take the message, say
   */
  publish(outgoing: OutgoingMessage, isOver?: (error: Error) => boolean): Promise<void>;
}

export interface DeliveryConsumerOptions {
  queue: string;
  /** Messages handled at once. */
  prefetch: number;
  /** How long messages in hand may take at shutdown, in milliseconds; the rest is left to another process. */
  drainMs: number;
  /** Resolves when all that the message has come to is durable and published; it is acked then. Never rejects but by a defect. */
  handle: (delivery: HeldDelivery) => Promise<void>;
}

/**
 * Messages of one queue, several at once, each acked when its handler is done with it: for a protocol that has its own rules for
 * retries and dead letters. A message whose handler fails goes back to its queue.
 *
 * State machine: consuming -> draining (`stop`: takes no more, lets handlers finish) -> closed
 */
export class DeliveryConsumer {
  private readonly logger = new Logger(DeliveryConsumer.name);
  private readonly source: NamedSource;
  private readonly subscription: Subscription;
  private readonly running = new Set<Promise<void>>();
  private stopping?: Promise<void>;

  constructor(
    private readonly services: ConsumerServices,
    private readonly options: DeliveryConsumerOptions,
  ) {
    const { queue, prefetch } = options;
    this.source = { queue };
    services.metrics.consumed({ destination: queue, operation: 'consume' }, 0);
    this.subscription = new Subscription(services.connection, queue, {
      queue,
      prefetch,
      onMessage: (message, channel) => this.take({ channel, message, source: this.source }),
    });
  }

  get isStopped(): boolean {
    return this.stopping !== undefined;
  }

  /** Resolves while messages can arrive, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  /** Takes no more and lets those in hand finish. */
  stop(): Promise<void> {
    this.stopping ??= this.drain();
    return this.stopping;
  }

  private async drain(): Promise<void> {
    await this.subscription.cancel();
    await drained(this.running, AbortSignal.timeout(this.options.drainMs));
    await this.subscription.close();
  }

  private take(unsettled: Unsettled<NamedSource>): void {
    const run = this.run(unsettled).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run(unsettled: Unsettled<NamedSource>): Promise<void> {
    const { metrics, settlement } = this.services;
    const operation = { destination: this.options.queue, operation: 'consume' };
    const startedAt = performance.now();
    metrics.consumed(operation);
    let errorType: string | undefined;
    try {
      await traceDelivery(unsettled, () => this.options.handle(this.held(unsettled)));
      settlement.done(unsettled);
    } catch (error) {
      errorType = codeOf(error);
      this.logger.error({ ...logFieldsOf(unsettled), msg: 'a message goes back to its queue', err: error });
      await pause(returnAfterMs, undefined, { ref: false });
      settlement.returned(unsettled);
    }
    metrics.processed({ ...operation, errorType }, (performance.now() - startedAt) / 1000);
  }

  private held(unsettled: Unsettled<NamedSource>): HeldDelivery {
    const { channel, message } = unsettled;
    const isHeld = (): boolean => !isClosed(channel);
    return {
      message,
      isHeld,
      publish: async (outgoing, isOver = () => false) => {
        let over = false;
        await publishUntilConfirmed(() => this.services.publisher.publish(outgoing), {
          isHeld,
          isHopeless: () => over,
          onFailure: (error) => {
            over = isOver(error);
            if (over) return;
            const msg = `cannot send on to ${outgoing.destination ?? outgoing.routingKey} now: ${error.message}`;
            this.logger.warn({ ...logFieldsOf(unsettled), msg });
          },
        });
      },
    };
  }
}
