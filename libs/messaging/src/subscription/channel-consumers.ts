import type { Channel, ConsumeMessage } from 'amqplib';
import { QueueConsumer } from './queue-consumer.js';

export interface ChannelConsumersOptions {
  queue: string;
  /** A promise that it gives resolves when the message is answered; needed where consumers end before their channel. */
  onMessage: (message: ConsumeMessage) => void | Promise<void>;
  /** The broker has cancelled one of them. */
  onCancelled: () => void;
}

/**
 * The consumers of one subscription on one channel, each with a prefetch of its own: the broker does not change that of a
 * consumer, so that more or fewer places are more or fewer consumers.
 */
export class ChannelConsumers {
  /** When something last came, in milliseconds of `Date.now()`; at first, when they began. */
  lastAt = Date.now();
  private consuming: QueueConsumer[] = [];
  private readonly ending = new Set<QueueConsumer>();
  private changing = Promise.resolve();

  constructor(
    readonly channel: Channel,
    private readonly options: ChannelConsumersOptions,
  ) {}

  get isConsuming(): boolean {
    return this.consuming.length > 0;
  }

  /**
   * Has as many as there are prefetches; none where there is none. One that is taken away goes when nothing can be on its way to it.
   * @param prefetches the prefetch of each, from the first to the last that is as before they stay
   */
  have(prefetches: readonly number[]): Promise<void> {
    this.changing = this.changing.catch(() => undefined).then(() => this.change(prefetches));
    return this.changing;
  }

  /** Cancels all at once. */
  async cancel(): Promise<void> {
    await this.changing.catch(() => undefined);
    await Promise.all([...this.consuming.splice(0), ...this.ending].map((consumer) => consumer.cancel()));
  }

  /** Ends all of them; resolves when nothing comes any more and all that came is answered. */
  async finish(): Promise<void> {
    await this.have([]);
    await Promise.all([...this.ending].map((consumer) => consumer.end()));
  }

  private async change(prefetches: readonly number[]): Promise<void> {
    const changed = this.consuming.findIndex(({ prefetch }, index) => prefetch !== prefetches[index]);
    for (const consumer of changed < 0 ? [] : this.consuming.splice(changed)) {
      this.ending.add(consumer);
      void consumer.end().then(() => this.ending.delete(consumer));
    }
    for (const prefetch of prefetches.slice(this.consuming.length)) {
      const { queue, onCancelled } = this.options;
      const onMessage = (message: ConsumeMessage): void | Promise<void> => {
        this.lastAt = Date.now();
        return this.options.onMessage(message);
      };
      this.consuming.push(await QueueConsumer.start(this.channel, { queue, prefetch, onMessage, onCancelled }));
    }
  }
}
