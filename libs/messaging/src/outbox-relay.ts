import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { OUTBOX_STORE, type OutboxMessage, type OutboxStore } from './outbox-store.js';
import { Publisher } from './publisher.js';

const batchSize = 256;
/** How often the outbox is looked into although nobody called: after a crash of this or another process, say. */
const timerMs = 1_000;

/**
 * Brings the outbox's messages to the broker: the only way in which work gets there. A message leaves the outbox after
 * the broker's confirm, so a crash at any point sends it twice at worst.
 *
 * State machine: idle -> (woken by `wake` or the timer) relaying -> idle when the outbox is empty or a batch was not
 * confirmed whole; then the timer tries again.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OutboxRelay.name);
  private timer?: NodeJS.Timeout;
  private relaying?: Promise<void>;
  private wokenMeanwhile = false;
  private stopped = false;
  private complaint?: string;

  constructor(
    private readonly publisher: Publisher,
    @Inject(OUTBOX_STORE) private readonly store: OutboxStore,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), timerMs);
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.relaying;
  }

  /** Says that something was committed to the outbox. Cheap: call it after each commit. */
  wake(): void {
    this.wokenMeanwhile = true;
    this.relaying ??= this.relay().finally(() => (this.relaying = undefined));
  }

  private async relay(): Promise<void> {
    try {
      await this.publisher.check();
      let mayHoldMore = true;
      while (mayHoldMore && !this.stopped) {
        this.wokenMeanwhile = false;
        const { handedOut, forgotten } = await this.store.relay(batchSize, (messages) => this.publish(messages));
        mayHoldMore = forgotten === handedOut && (handedOut === batchSize || this.wokenMeanwhile);
      }
      this.complaint = undefined;
    } catch (error) {
      this.complain((error as Error).message);
    }
  }

  private async publish(messages: OutboxMessage[]): Promise<number[]> {
    const outcomes = await Promise.allSettled(
      messages.map(({ routingKey, type, body }) =>
        this.publisher.publish({ routingKey, type, body: Buffer.from(body, 'utf8') }),
      ),
    );
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused) this.complain((refused.reason as Error).message);
    return messages.filter((_, index) => outcomes[index]?.status === 'fulfilled').map(({ id }) => id);
  }

  /** Says each new reason once: the timer meets it every second. */
  private complain(reason: string): void {
    if (reason !== this.complaint) this.logger.warn(`the outbox keeps its messages for now: ${reason}`);
    this.complaint = reason;
  }
}
