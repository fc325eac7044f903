import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import { LikeLines } from '@ekphrasis/observability';
import {
  DeliveriesRepository,
  DeliveryLifecycleRepository,
  WebhooksRepository,
  type ClaimedDelivery,
} from '@ekphrasis/webhooks';
import { KnownWebhooks } from '../events/known-webhooks.js';
import { WebhookSender, type SentAttempt } from '../sending/webhook-sender.js';
import { WebhookMetrics } from '../webhook.metrics.js';
import { WebhookSettings } from '../webhook.settings.js';
import { chooseLanes, type Places } from './choose-lanes.js';
import { Lane } from './lane.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { isDelivered, isGone, outcomeOf } from './outcome-of.js';

/** How often it is seen whose pause, or time until the next attempt, is over. */
const turnEveryMs = 50;
/** How often the database is asked for what others have made due. */
const lookEveryMs = 1_000;
/** After the database could not be asked. */
const failurePauseMs = 1_000;
/** How much longer than an attempt may take a process that died keeps its deliveries from others. */
const leaseMarginMs = 5_000;
/** Attempts that wait for an answer longer than a second, beside each that does not. */
const slowPlacesPerQuick = 4;
/** What attempts may still take when the process ends; what is given up then is tried by another, or by the next. */
const drainMs = 4_000;

/**
 * Has due deliveries tried, by as many attempts at a time as `chooseLanes` allows: each webhook is a queue of its own in the database, and
 * only what can be tried at once is taken from it. Notifiers share the deliveries by their leases.
 *
 * A turn: choose lanes with something due and places -> claim their deliveries -> try all of them side by side; each that ends is
 * recorded and has the next turn begin.
 */
@Injectable()
export class DeliveryScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryScheduler.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));
  private readonly lanes = new Map<string, Lane>();
  private readonly attempts = new Set<Promise<void>>();
  private readonly ending = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private turning?: Promise<void>;
  private looking?: Promise<void>;
  private isStopped = false;

  constructor(
    private readonly settings: WebhookSettings,
    private readonly known: KnownWebhooks,
    private readonly deliveries: DeliveriesRepository,
    private readonly lifecycle: DeliveryLifecycleRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly sender: WebhookSender,
    private readonly recorder: OutcomeRecorder,
    private readonly metrics: WebhookMetrics,
  ) {
    metrics.observe(() => this.lanes.values());
    // each attempt listens
    setMaxListeners(0, this.ending.signal);
  }

  onApplicationBootstrap(): void {
    this.timers.push(setInterval(() => this.turn(), turnEveryMs));
    this.timers.push(
      setInterval(() => {
        this.looking ??= this.look().finally(() => (this.looking = undefined));
      }, lookEveryMs),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([this.turning, this.looking]);
    const giveUp = setTimeout(() => this.ending.abort(new Error('the process ends')), drainMs);
    await Promise.all(this.attempts);
    clearTimeout(giveUp);
    await this.recorder.end();
  }

  /** Says that webhooks have something new to deliver. */
  wake(webhookIds: readonly string[]): void {
    for (const id of webhookIds) this.lane(id).dueBy(Date.now());
    if (webhookIds.length > 0) this.turn();
  }

  private turn(): void {
    if (this.isStopped) return;
    this.turning ??= this.takeTurns().finally(() => (this.turning = undefined));
  }

  private async takeTurns(): Promise<void> {
    while (!this.isStopped) {
      const places = chooseLanes(this.wantedLanes(), this.places(), Date.now());
      if (places.size === 0) return;
      for (const delivery of await this.claim(places)) this.begin(delivery);
    }
  }

  /** What is not recorded yet has its place still: a database that is away must not be outrun. */
  private places(): Places {
    const { WEBHOOK_CONCURRENCY: quick } = this.settings;
    return { quick: quick - this.recorder.pending, slow: slowPlacesPerQuick * quick };
  }

  private *wantedLanes(): Generator<Lane> {
    for (const lane of this.lanes.values())
      if (lane.dueAt === Infinity || this.known.enabled(lane.webhookId)) yield lane;
  }

  /** Never rejects. */
  private async claim(places: ReadonlyMap<string, number>): Promise<ClaimedDelivery[]> {
    // before the question: what is woken meanwhile must not be forgotten
    for (const id of places.keys()) this.lane(id).dueAt = Infinity;
    let claimed: ClaimedDelivery[] = [];
    let dueAt = Date.now();
    try {
      claimed = await this.lifecycle.claim(places, this.settings.WEBHOOK_TIMEOUT_MS + leaseMarginMs);
    } catch (error) {
      const { message } = error as Error;
      this.failures.say(message, `deliveries wait: ${message}`);
      dueAt += failurePauseMs;
      for (const id of places.keys()) this.lane(id).dueBy(dueAt);
    }
    const counts = new Map<string, number>();
    for (const { webhookId } of claimed) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
    for (const [id, count] of counts) if (count === places.get(id)) this.lane(id).dueBy(dueAt);
    return claimed;
  }

  private begin(delivery: ClaimedDelivery): void {
    const lane = this.lane(delivery.webhookId);
    const attempt = this.attempt(delivery, lane).finally(() => {
      this.attempts.delete(attempt);
      this.turn();
    });
    this.attempts.add(attempt);
  }

  /** Never rejects. */
  private async attempt(delivery: ClaimedDelivery, lane: Lane): Promise<void> {
    const webhook = this.known.enabled(delivery.webhookId);
    if (!webhook) return this.release(delivery);
    const end = lane.begin(Date.now());
    let sent: SentAttempt;
    try {
      sent = await this.sender.send(webhook, delivery, this.ending.signal);
    } catch {
      end(false, Date.now());
      return this.release(delivery);
    }
    end(isDelivered(sent), Date.now());
    this.metrics.attempted(sent);
    if (isGone(sent)) await this.disable(delivery.webhookId);
    const outcome = outcomeOf(delivery, sent, this.settings.WEBHOOK_RETRY_SECONDS);
    // not awaited, since the receiver's place is free; the process waits for the record before it ends
    void this.recorder.record(outcome).then(() => {
      if (outcome.retryAfterMs !== undefined) lane.dueBy(Date.now() + outcome.retryAfterMs);
    });
  }

  private async disable(webhookId: string): Promise<void> {
    this.logger.log({ webhookId, msg: 'disabled: its receiver says that it is gone' });
    try {
      await this.webhooks.disable(webhookId);
      await this.known.refresh();
    } catch (error) {
      // its next delivery is answered in the same way
      this.logger.warn({ webhookId, msg: `cannot be disabled now: ${(error as Error).message}` });
    }
  }

  /** What cannot be given back comes again at the end of its lease. */
  private async release(delivery: ClaimedDelivery): Promise<void> {
    await this.lifecycle.release([delivery]).catch(() => undefined);
  }

  /** What other processes have made due, and whose webhooks have changed without a word. Never rejects. */
  private async look(): Promise<void> {
    try {
      await this.known.refresh();
      const now = Date.now();
      for (const { webhookId, dueInMs, hasFailed } of await this.deliveries.waiting()) {
        if (this.known.enabled(webhookId)) this.lane(webhookId, hasFailed).dueBy(now + dueInMs);
      }
      for (const [id, lane] of this.lanes) if (lane.inFlight === 0 && !this.known.enabled(id)) this.lanes.delete(id);
    } catch (error) {
      const { message } = error as Error;
      this.failures.say(message, `due deliveries cannot be looked for now: ${message}`);
    }
  }

  private lane(webhookId: string, hasFailed = false): Lane {
    const known = this.lanes.get(webhookId);
    if (known) return known;
    const made = new Lane(webhookId, hasFailed);
    this.lanes.set(webhookId, made);
    return made;
  }
}
