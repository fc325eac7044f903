import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { imagesExchange, type MessageContract } from '@ekphrasis/contracts';
import { codeOf, isCodedError } from '@ekphrasis/errors';
import type { ConsumerServices } from '../settlement/consumer-services.js';
import { decode } from '../settlement/delivery.js';
import { logFieldsOf, type NamedSource, type Unsettled } from '../settlement/delivery-source.js';
import { Subscription } from '../subscription/subscription.js';

const probeEveryMs = 2_000;
const probeType = 'listener.probe';

export interface BroadcastListenerOptions<T extends object> {
  contracts: MessageContract<T>[];
  onMessage: (message: T) => void;
  /** Called whenever the binding is in place, at the start and after every reconnect: what was sent before it never comes. */
  onBound: () => void;
}

/**
 * Receives every message of some contracts, in this process alone: an exclusive queue that dies with its consumer.
 *
 * Bindings go with a deleted exchange, and nobody says so: the consumer stays and nothing comes. So a message of the
 * listener's own is sent to it now and then; when the broker returns it, there is no binding any more, and a new queue is bound.
 */
export class BroadcastListener<T extends object> {
  private readonly logger = new Logger(BroadcastListener.name);
  private readonly subscription: Subscription;
  private readonly probeKey = `listener.${randomUUID()}`;
  private readonly timer: NodeJS.Timeout;
  private probing = false;
  private stopped = false;

  constructor(
    private readonly services: ConsumerServices,
    private readonly options: BroadcastListenerOptions<T>,
  ) {
    const { contracts, onBound } = options;
    const keys = contracts.map(({ routingKey }) => routingKey);
    const source = { queue: `broadcast ${keys.join(', ')}` };
    this.subscription = new Subscription(services.connection, source.queue, {
      queue: async (channel) => {
        const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
        for (const routingKey of [...keys, this.probeKey]) {
          await channel.bindQueue(queue, imagesExchange.name, routingKey);
        }
        return queue;
      },
      prefetch: 1_000,
      onMessage: (message, channel) => this.take({ message, channel, source }),
      onSubscribed: onBound,
    });
    this.timer = setInterval(() => void this.probe(), probeEveryMs);
  }

  /** Resolves while bound, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.subscription.cancel();
    await this.subscription.close();
  }

  /** Whatever becomes of it, it is done: nobody sends a broadcast again. */
  private take(unsettled: Unsettled<NamedSource>): void {
    const { message } = unsettled;
    try {
      if (message.fields.routingKey !== this.probeKey) this.options.onMessage(decode(message, this.options.contracts));
    } catch (error) {
      const msg = `ignored a broadcast (${codeOf(error)}): ${(error as Error).message}`;
      this.logger.error({ ...logFieldsOf(unsettled), msg, ...(!isCodedError(error) && { err: error }) });
    }
    this.services.settlement.done(unsettled);
  }

  private async probe(): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    try {
      await this.subscription.check();
      await this.services.publisher.publish({
        routingKey: this.probeKey,
        destination: probeType,
        type: probeType,
        body: Buffer.from('{}'),
      });
    } catch (error) {
      if (codeOf(error) === 'publish-refused') this.subscription.reopen();
    } finally {
      this.probing = false;
    }
  }
}
