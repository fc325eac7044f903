import type { Channel, ConsumeMessage } from 'amqplib';

/** Nothing that was sent to a consumer is on its way for longer than this, in milliseconds. */
const quietMs = 1_000;

export interface QueueConsumerOptions {
  queue: string;
  prefetch: number;
  /** A promise that it gives resolves when the message is answered; needed where the consumer ends before its channel. */
  onMessage: (message: ConsumeMessage) => void | Promise<void>;
  /** The broker has cancelled it: its queue is gone, say. */
  onCancelled: () => void;
}

/**
 * One consumer on a channel. What is on its way to a consumer when it is cancelled the broker takes back, and counts as lost with
 * a worker; so one that ends is cancelled when nothing can be, as far as anybody can tell: on a broker that is slow something may
 * (see `Settlement.failed` for what that costs).
 *
 * State machine: consuming -> ending (`end`: what comes is kept unanswered) -> (as much is kept as it may hold, or nothing
 * has come for a second) -> cancelled, and what was kept is handled
 */
export class QueueConsumer {
  private tag = '';
  private unanswered = 0;
  private readonly kept: ConsumeMessage[] = [];
  private ended?: Promise<void>;
  private resolve?: () => void;
  private cancelled?: Promise<void>;
  private isCancelled = false;
  private quiet?: NodeJS.Timeout;

  private constructor(
    private readonly channel: Channel,
    private readonly options: QueueConsumerOptions,
  ) {}

  static async start(channel: Channel, options: QueueConsumerOptions): Promise<QueueConsumer> {
    const consumer = new QueueConsumer(channel, options);
    await channel.prefetch(options.prefetch);
    const { consumerTag } = await channel.consume(options.queue, (message) =>
      message ? consumer.take(message) : options.onCancelled(),
    );
    consumer.tag = consumerTag;
    return consumer;
  }

  get prefetch(): number {
    return this.options.prefetch;
  }

  /** Without losing anything that is on its way. Resolves when it is cancelled, and all that came is answered. */
  end(): Promise<void> {
    this.ended ??= new Promise((resolve) => (this.resolve = resolve));
    this.look();
    return this.ended;
  }

  /** At once, whatever is on its way. Resolves when nothing more comes. */
  cancel(): Promise<void> {
    clearTimeout(this.quiet);
    this.cancelled ??= this.channel.cancel(this.tag).then(() => {
      this.isCancelled = true;
      for (const message of this.kept.splice(0)) this.handle(message);
      this.resolveWhereAnswered();
    });
    return this.cancelled;
  }

  private take(message: ConsumeMessage): void {
    this.unanswered += 1;
    if (!this.ended || this.cancelled) return this.handle(message);
    this.kept.push(message);
    this.look();
  }

  private look(): void {
    clearTimeout(this.quiet);
    const end = (): void => void this.cancel().catch(() => undefined);
    if (this.unanswered === this.options.prefetch) return end();
    this.quiet = setTimeout(end, quietMs).unref();
  }

  private handle(message: ConsumeMessage): void {
    const answered = this.options.onMessage(message);
    if (answered) void answered.finally(() => this.answered());
    else this.answered();
  }

  private answered(): void {
    this.unanswered -= 1;
    this.resolveWhereAnswered();
  }

  private resolveWhereAnswered(): void {
    if (this.isCancelled && this.unanswered === 0) this.resolve?.();
  }
}
