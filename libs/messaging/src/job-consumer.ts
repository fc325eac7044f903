import { CodedError, codeOf, isCodedError } from '@ekphrasis/errors';
import type { MessagingMetrics } from '@ekphrasis/observability';
import { captionRequested, maxAttempts, type CaptionRequested } from '@ekphrasis/contracts';
import { BrokerConnection } from './broker-connection.js';
import type { DeferralGate } from './deferral-gate.js';
import { attemptOf, decode, type Delivery, unansweredDeliveries } from './delivery.js';
import { drained } from './drained.js';
import { JobPlaces } from './job-places.js';
import type { Publisher } from './publisher.js';
import { captionJobFailures, Settlement, type Unsettled } from './settlement.js';
import { Subscription } from './subscription.js';

export interface JobConsumerOptions {
  queue: string;
  /** Jobs handled at once. */
  prefetch: number;
  /** Jobs beside these that may be in hand because as many only wait for somebody slow. Default 0. */
  slow?: number;
  /** Send a job on to the isolated queue when a worker was lost with it. The isolated queue's own consumer keeps them. */
  isolateUnanswered: boolean;
  /** Resolves when the job's effects are durable. A rejection is retried or dead-lettered as `Settlement` says. */
  handle: (delivery: Delivery<CaptionRequested>) => Promise<void>;
  /** Reports the result of an earlier try, where there is one: asked before a job is given up, or sent on, for lost workers. */
  reportEarlier?: (delivery: Delivery<CaptionRequested>) => Promise<boolean>;
  /** Knows which jobs would only wait: these are put away untried. */
  gate?: DeferralGate;
}

/**
 * Caption jobs, several at once, each answered by its own outcome. While the broker takes no messages, and so no outcome can be
 * reported, no jobs are taken.
 *
 * State machine: consuming -> paused (the broker takes no messages) -> consuming; any -> draining (`stop`: takes no more, lets handlers finish) -> closed. Handlers that outlast the
 * time to drain are aborted and their jobs left to the broker, which gives them to another worker.
 */
export class JobConsumer {
  private readonly subscription: Subscription;
  private readonly running = new Set<Promise<void>>();
  private readonly abort = new AbortController();
  private readonly places: JobPlaces;
  private readonly stopListening: () => void;
  /** Jobs in hand that are being tried. */
  private held = 0;

  constructor(
    connection: BrokerConnection,
    publisher: Pick<Publisher, 'onBlocked'>,
    private readonly settlement: Settlement,
    private readonly metrics: MessagingMetrics,
    private readonly options: JobConsumerOptions,
  ) {
    metrics.consumed({ destination: options.queue, operation: 'consume' }, 0);
    this.subscription = new Subscription(connection, options.queue, {
      queue: options.queue,
      prefetch: options.prefetch,
      onMessage: (message, channel) => this.take({ channel, message }),
      onSubscribed: () => this.places.begin(),
      isIdle: () => this.running.size === 0,
    });
    this.stopListening = publisher.onBlocked((isBlocked) =>
      isBlocked ? this.subscription.pause() : this.subscription.resume(),
    );
    this.places = new JobPlaces({
      usual: options.prefetch,
      slow: options.slow ?? 0,
      extend: (prefetches) => this.subscription.extend(prefetches),
    });
  }

  /** Resolves while jobs can arrive, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  /** Takes no more; what it has goes on. */
  cancel(): Promise<void> {
    this.stopListening();
    return this.subscription.cancel();
  }

  /** @param signal aborted when the time to drain is over */
  async stop(signal: AbortSignal): Promise<void> {
    await this.cancel();
    await drained(this.running, signal);
    this.abort.abort(new CodedError('shutting-down', 'The worker is shutting down', { retryable: true }));
    await this.subscription.close();
  }

  private take(unsettled: Unsettled): Promise<void> {
    this.metrics.consumed({ destination: this.options.queue, operation: 'consume' });
    const run = this.settle(unsettled).finally(() => this.running.delete(run));
    this.running.add(run);
    return run;
  }

  private async settle(unsettled: Unsettled): Promise<void> {
    const refusal = this.refusalOf(unsettled);
    if (refusal?.deferral) {
      this.places.putAway();
      this.processed(performance.now(), refusal);
      this.options.gate?.away(refusal.deferral.key, 1);
      return this.settlement.defer(unsettled, refusal, refusal.deferral, captionJobFailures);
    }
    this.held += 1;
    try {
      if (!this.places.hasPlaceFor(this.held)) return await this.settlement.turnBack(unsettled);
      await this.run(unsettled);
    } finally {
      this.held -= 1;
    }
  }

  /** A job that has lost a worker is not looked at here: it goes where such jobs go. */
  private refusalOf({ message }: Unsettled): CodedError | undefined {
    return unansweredDeliveries(message) === 0 ? this.options.gate?.refusal(message.content) : undefined;
  }

  private async run(unsettled: Unsettled): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.handle(unsettled);
      this.processed(startedAt);
    } catch (error) {
      this.processed(startedAt, error);
      if (this.abort.signal.aborted) return;
      await this.failed(unsettled, error);
    }
  }

  private async failed(unsettled: Unsettled, error: unknown): Promise<void> {
    if (isCodedError(error) && error.deferral) this.options.gate?.away(error.deferral.key, 1);
    await this.settlement.failed(unsettled, error, captionJobFailures);
  }

  private processed(startedAt: number, error?: unknown): void {
    const errorType = error === undefined ? undefined : codeOf(error);
    const seconds = (performance.now() - startedAt) / 1000;
    this.metrics.processed({ destination: this.options.queue, operation: 'consume', errorType }, seconds);
  }

  private async handle(unsettled: Unsettled): Promise<void> {
    const { message } = unsettled;
    const attempt = attemptOf(message);
    const job = decode(message, [captionRequested]);
    const slow = (isSlow: boolean): void => this.places.slowChanged(isSlow);
    const delivery = { message: job, attempt, signal: this.abort.signal, slow };
    if (unansweredDeliveries(message) > 0 && (await this.options.reportEarlier?.(delivery))) {
      return this.settlement.done(unsettled);
    }
    if (attempt > maxAttempts) {
      throw new CodedError('attempts-exhausted', `Its worker was lost on each of ${maxAttempts} attempts`, {
        retryable: false,
      });
    }
    if (this.options.isolateUnanswered && unansweredDeliveries(message) > 0) return this.settlement.isolate(unsettled);
    await this.options.handle(delivery);
    this.settlement.done(unsettled);
  }
}
