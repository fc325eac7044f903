import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '@ekphrasis/errors';
import { LikeLines } from '@ekphrasis/observability';
import { OUTBOX_STORE, type OutboxMessage, type OutboxStore } from './outbox-store.js';
import { Publisher } from './publisher.js';
import { RefusedKeys } from './refused-keys.js';

const batchSize = 1_000;
/** Between batches that are not full, while more comes: a batch costs a transaction, however little is in it. */
const gatherMs = 10;
/** So many committed together, and more, have waited for each other: requests come faster than they are taken in. */
const crowd = 16;
/** While requests crowd, the relay leaves the processor to them but for a small batch this often. What waits is safe. */
const crowdedRestMs = 100;
const crowdedBatchSize = 256;
/** How often the outbox is looked into although nobody called: after a crash of this or another process, say. */
const timerMs = 1_000;

/**
 * Brings the outbox's messages to the broker: the only way in which work gets there. A message leaves the outbox after
 * the broker's confirm, so a crash at any point sends it twice at worst.
 *
 * State machine: idle -> (woken by `wake` or the timer) relaying, with rests -> idle when the outbox is empty.
 * relaying -> waiting, when the broker is away or does not say what became of a message -> (the timer) relaying.
 * The first batch after idle goes at once.
 *
 * What the broker refuses (its queue is gone, or full) stays, and so do messages with the same routing key, for growing pauses; all
 * others go on meanwhile.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OutboxRelay.name);
  private readonly refusals = new LikeLines((line) => this.logger.warn(line));
  private timer?: NodeJS.Timeout;
  private relaying?: Promise<void>;
  private wokenMeanwhile = false;
  /** The most messages that one commit brought since the last batch. */
  private largestCommit = 0;
  private stopped = false;
  private complaint?: string;
  private readonly refusedKeys = new RefusedKeys();

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
    this.largestCommit = Math.max(this.largestCommit, committed);
    if (this.complaint === undefined) this.start();
  }

  /** How many routing keys the broker refuses now. */
  get keysRefused(): number {
    return this.refusedKeys.count;
  }

  private start(): void {
    this.relaying ??= this.relay().finally(() => {
      this.relaying = undefined;
      // a commit that came while it ended
      if (this.wokenMeanwhile && this.complaint === undefined && !this.stopped) this.start();
    });
  }

  private async relay(): Promise<void> {
    try {
      await this.publisher.check();
      let limit = batchSize;
      while (!this.stopped) {
        this.wokenMeanwhile = false;
        this.largestCommit = 0;
        let unknown = false;
        const publish = async (messages: OutboxMessage[]): Promise<number[]> => {
          const sent = await this.publish(messages);
          unknown = sent.unknown;
          return sent.confirmed;
        };
        const { handedOut } = await this.store.relay(limit, publish, this.refusedKeys.leftAlone());
        const isFull = handedOut === limit;
        if (unknown) return;
        this.complaint = undefined;
        if (!isFull && !this.wokenMeanwhile) return;
        limit = await this.rest(isFull);
      }
    } catch (error) {
      this.complain((error as Error).message);
    }
  }

  /** @returns how large the next batch may be */
  private async rest(wasFull: boolean): Promise<number> {
    if (this.largestCommit < crowd) {
      if (!wasFull) await pause(gatherMs);
      return batchSize;
    }
    this.largestCommit = 0;
    await pause(crowdedRestMs);
    return this.largestCommit < crowd ? batchSize : crowdedBatchSize;
  }

  /** @returns the ids of what was confirmed, and whether it is unknown what became of any other, which was not refused */
  private async publish(messages: OutboxMessage[]): Promise<{ confirmed: number[]; unknown: boolean }> {
    const outcomes = await Promise.all(
      messages.map(async ({ id, routingKey, type, body }) => {
        const failure = await this.publisher.publish({ routingKey, type, body: Buffer.from(body, 'utf8') }).then(
          () => undefined,
          (error: Error) => error,
        );
        return { id, routingKey, failure };
      }),
    );
    const confirmed = outcomes.filter(({ failure }) => !failure);
    // before the refusals: of a queue that is nearly full some messages get through, and the others' key is left alone all the same
    for (const { routingKey } of confirmed) this.refusedKeys.gotThrough(routingKey);
    let unknown = false;
    for (const { routingKey, failure } of outcomes) {
      if (!failure) continue;
      if (codeOf(failure) === 'publish-refused') {
        this.refusedKeys.refused(routingKey);
        this.refusals.say(routingKey, `messages wait in the outbox, others go on: ${failure.message}`);
      } else {
        unknown = true;
        this.complain(failure.message);
      }
    }
    return { confirmed: confirmed.map(({ id }) => id), unknown };
  }

  /** Says each new reason once: the timer meets it every second. */
  private complain(reason: string): void {
    if (reason !== this.complaint) this.logger.warn(`the outbox keeps its messages for now: ${reason}`);
    this.complaint = reason;
  }
}
