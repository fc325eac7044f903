import type { Channel, ConsumeMessage } from 'amqplib';

/** Nothing that was sent to a consumer is on its way for longer than this, in milliseconds. */
const quietMs = 1_000;

export interface ExtraConsumerOptions {
  queue: string;
  prefetch: number;
  /** Resolves when the message is answered. */
  onMessage: (message: ConsumeMessage) => Promise<void>;
}

/**
 * A consumer beside a subscription's first, for a while. What is on its way to a consumer when it is cancelled the broker takes
 * back, and counts as lost with a worker; so it is cancelled when nothing can be.
 *
 * State machine: consuming -> ending (`end`: what comes is kept unanswered) -> (as much is kept as it may hold, or nothing
 * has come for a second) -> cancelled, and what was kept is handled
 */
export class ExtraConsumer {
  private tag = '';
  private unanswered = 0;
  private readonly kept: ConsumeMessage[] = [];
  private ended?: () => void;
  private cancelled?: Promise<void>;
  private quiet?: NodeJS.Timeout;

  private constructor(
    private readonly channel: Channel,
    private readonly options: ExtraConsumerOptions,
  ) {}

  static async start(channel: Channel, options: ExtraConsumerOptions): Promise<ExtraConsumer> {
    const extra = new ExtraConsumer(channel, options);
    await channel.prefetch(options.prefetch);
    // that the queue is gone the first consumer hears, too
    const { consumerTag } = await channel.consume(options.queue, (message) => message && extra.take(message));
    extra.tag = consumerTag;
    return extra;
  }

  get prefetch(): number {
    return this.options.prefetch;
  }

  /** @param ended called when it is cancelled */
  end(ended: () => void): void {
    this.ended = ended;
    this.look();
  }

  /** At once, whatever is on its way. Resolves when nothing more comes. */
  cancel(): Promise<void> {
    clearTimeout(this.quiet);
    this.cancelled ??= this.channel.cancel(this.tag).then(() => {
      this.ended?.();
      this.handleKept();
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

  private handleKept(): void {
    for (const message of this.kept.splice(0)) this.handle(message);
  }

  private handle(message: ConsumeMessage): void {
    void this.options.onMessage(message).finally(() => (this.unanswered -= 1));
  }
}
