import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, isCodedError } from '@ekphrasis/errors';
import { Publisher } from '@ekphrasis/messaging';
import { LikeLines } from '@ekphrasis/observability';
import { withTraceparent } from '@ekphrasis/tracing';
import { OUTBOX_STORE, type OutboxMessage, type OutboxStore } from './outbox-store.js';
import { RefusedKeys } from './refused-keys.js';
import { RelayPace } from './relay-pace.js';

/** How often the outbox is looked into although nobody called: after a crash of this or another process, say. */
const timerMs = 1_000;

/**
 * Brings the outbox's messages to the broker: the only way in which work gets there. A message leaves the outbox after
 * the broker's confirm, so a crash at any point sends it twice at worst.
 *
 * State machine:
 *   idle -> (`wake`, or the timer) relaying, batch after batch -> (the outbox is empty) idle
 *   relaying -> (the broker is away, or does not say what became of a message) waiting -> (the timer) relaying
 *   any -> (the application ends) stopped, after the running batch
 *
 * What the broker refuses (its queue is gone, or full) stays, and so do messages with the same routing key, for growing pauses; all
 * others go on meanwhile.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OutboxRelay.name);
  private readonly refusals = new LikeLines((line) => this.logger.warn(line));
  private readonly refusedKeys = new RefusedKeys();
  private timer?: NodeJS.Timeout;
  private relaying?: Promise<void>;
  private pace = new RelayPace();
  private wokenMeanwhile = false;
  private stopped = false;
  /** Why it is waiting; undefined in every other state. */
  private obstacle?: string;

  constructor(
    private readonly publisher: Publisher,
    @Inject(OUTBOX_STORE) private readonly store: OutboxStore,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.start(), timerMs);
    this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.relaying;
  }

  /**
   * Says that something was committed to the outbox. Cheap: call it after each commit.
   * @param committed how many messages
   */
  wake(committed = 0): void {
    this.wokenMeanwhile = true;
    this.pace.committed(committed);
    if (this.obstacle === undefined) this.start();
  }

  /** How many routing keys the broker refuses now. */
  get keysRefused(): number {
    return this.refusedKeys.count;
  }

  private start(): void {
    this.relaying ??= this.relay().finally(() => {
      this.relaying = undefined;
      // a commit that came while it ended
      if (this.wokenMeanwhile && this.obstacle === undefined && !this.stopped) this.start();
    });
  }

  private async relay(): Promise<void> {
    try {
      await this.publisher.check();
      this.pace = new RelayPace();
      while (!this.stopped) {
        this.wokenMeanwhile = false;
        const { isFull, isKnown } = await this.relayBatch(this.pace.begin());
        if (!isKnown) return;
        this.obstacle = undefined;
        if (!isFull && !this.wokenMeanwhile) return;
        const pauseMs = this.pace.pauseMs(isFull);
        if (pauseMs > 0) await pause(pauseMs);
      }
    } catch (error) {
      const { message, stack } = error as Error;
      this.wait(isCodedError(error) ? message : (stack ?? message));
    }
  }

  /** @returns whether there may be more, and whether it is known of each message what became of it */
  private async relayBatch(limit: number): Promise<{ isFull: boolean; isKnown: boolean }> {
    let isKnown = true;
    const publish = async (messages: OutboxMessage[]): Promise<number[]> => {
      const sent = await this.publish(messages);
      isKnown = sent.isKnown;
      return sent.confirmed;
    };
    const { handedOut } = await this.store.relay(limit, publish, this.refusedKeys.paused());
    return { isFull: handedOut === limit, isKnown };
  }

  /** @returns the ids of what was confirmed, and whether all others were refused */
  private async publish(messages: OutboxMessage[]): Promise<{ confirmed: number[]; isKnown: boolean }> {
    const outcomes = await Promise.all(
      messages.map(async ({ id, routingKey, type, body, traceparent }) => {
        const message = { routingKey, type, body: Buffer.from(body, 'utf8') };
        const failure = await withTraceparent(traceparent, () => this.publisher.publish(message)).then(
          () => undefined,
          (error: Error) => error,
        );
        return { id, routingKey, failure };
      }),
    );
    const confirmed = outcomes.filter(({ failure }) => !failure);
    // before the refusals: of a queue that is nearly full some messages get through, and their key is paused all the same
    for (const { routingKey } of confirmed) this.refusedKeys.gotThrough(routingKey);
    let isKnown = true;
    for (const { routingKey, failure } of outcomes) {
      if (!failure) continue;
      if (codeOf(failure) === 'publish-refused') {
        this.refusedKeys.refused(routingKey);
        this.refusals.say(routingKey, `messages wait in the outbox, others go on: ${failure.message}`);
      } else {
        isKnown = false;
        this.wait(failure.message);
      }
    }
    return { confirmed: confirmed.map(({ id }) => id), isKnown };
  }

  /** Says each new reason once: the timer meets it every second. */
  private wait(reason: string): void {
    if (reason !== this.obstacle) this.logger.warn(`the outbox keeps its messages for now: ${reason}`);
    this.obstacle = reason;
  }
}
