import { CodedError, codeOf, isCodedError } from '@ekphrasis/errors';
import type { JobDefinition, QueueDeclaration } from '@ekphrasis/contracts';
import type { ConsumerServices } from '../settlement/consumer-services.js';
import type { DeferralGate } from './deferral-gate.js';
import { attemptOf, decode, type Delivery, unansweredDeliveries } from '../settlement/delivery.js';
import { jobSource, logFieldsOf, type JobSource, type Unsettled } from '../settlement/delivery-source.js';
import { drained } from './drained.js';
import { JobPlaces } from './job-places.js';
import { traceDelivery } from '../settlement/trace-deliveries.js';
import { Subscription } from '../subscription/subscription.js';

export interface JobHandling<Request> {
  /** Jobs beside the usual ones that may be in hand because as many only wait for somebody slow. Default 0. */
  slow?: number;
  /** Resolves when the job's effects are durable. A rejection is retried or dead-lettered as `Settlement` says. */
  handle: (delivery: Delivery<Request>) => Promise<void>;
  /** Reports the result of an earlier try, where there is one: asked before a job is given up, or isolated, for lost workers. */
  reportEarlier?: (delivery: Delivery<Request>) => Promise<boolean>;
  /** Knows which jobs would only wait: these are deferred untried. */
  gate?: DeferralGate;
}

export interface JobConsumerOptions<Request extends object> extends JobHandling<Request> {
  job: JobDefinition<Request>;
  /** One of the job's queues: of `jobs` those that have lost a worker are isolated, of `isolated` they are tried. */
  queue: QueueDeclaration;
  /** Jobs handled at once. */
  prefetch: number;
}

/**
 * Jobs of one queue, several at once, each answered by its own outcome. While the broker takes no messages, and so no outcome can be
 * reported, no jobs are taken.
 *
 * State machine: consuming -> paused (the broker takes no messages) -> consuming; any -> draining (`stop`: takes no more, lets handlers finish) -> closed. Handlers that outlast the
 * time to drain are aborted and their jobs left to the broker, which gives them to another worker.
 */
export class JobConsumer<Request extends object> {
  private readonly source: JobSource;
  private readonly subscription: Subscription;
  private readonly running = new Set<Promise<void>>();
  private readonly abort = new AbortController();
  private readonly places: JobPlaces;
  private readonly stopListening: () => void;
  /** Jobs in hand that are being tried. */
  private held = 0;

  constructor(
    private readonly services: ConsumerServices,
    private readonly options: JobConsumerOptions<Request>,
  ) {
    const { job, queue, prefetch, slow = 0 } = options;
    const { connection, publisher, metrics } = services;
    this.source = jobSource(job, queue.name);
    metrics.consumed({ destination: queue.name, operation: 'consume' }, 0);
    this.subscription = new Subscription(connection, queue.name, {
      queue: queue.name,
      prefetch,
      onMessage: (message, channel) => this.take({ channel, message, source: this.source }),
      onSubscribed: () => this.places.begin(),
      isIdle: () => this.running.size === 0,
    });
    this.stopListening = publisher.onBlocked((isBlocked) =>
      isBlocked ? this.subscription.pause() : this.subscription.resume(),
    );
    this.places = new JobPlaces({
      usual: prefetch,
      slow,
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

  private take(unsettled: Unsettled<JobSource>): Promise<void> {
    this.services.metrics.consumed({ destination: this.source.queue, operation: 'consume' });
    const run = traceDelivery(unsettled, () => this.settle(unsettled)).finally(() => this.running.delete(run));
    this.running.add(run);
    return run;
  }

  private async settle(unsettled: Unsettled<JobSource>): Promise<void> {
    const { settlement } = this.services;
    const refusal = this.refusalOf(unsettled);
    if (refusal?.deferral) {
      this.places.deferred();
      this.processed(performance.now(), refusal);
      this.options.gate?.countDeferred(refusal.deferral.key, 1);
      return settlement.defer(unsettled, refusal, refusal.deferral);
    }
    this.held += 1;
    try {
      if (!this.places.hasPlaceFor(this.held)) return await settlement.turnBack(unsettled);
      await this.run(unsettled);
    } finally {
      this.held -= 1;
    }
  }

  /** A job that has lost a worker is not looked at here: it goes where such jobs go. */
  private refusalOf({ message }: Unsettled): CodedError | undefined {
    return unansweredDeliveries(message) === 0 ? this.options.gate?.refusal(message.content) : undefined;
  }

  private async run(unsettled: Unsettled<JobSource>): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.handle(unsettled);
      this.processed(startedAt);
    } catch (error) {
      this.processed(startedAt, error);
      if (this.abort.signal.aborted) return;
      if (isCodedError(error) && error.deferral) this.options.gate?.countDeferred(error.deferral.key, 1);
      await this.services.settlement.failed(unsettled, error);
    }
  }

  private processed(startedAt: number, error?: unknown): void {
    const errorType = error === undefined ? undefined : codeOf(error);
    const seconds = (performance.now() - startedAt) / 1000;
    this.services.metrics.processed({ destination: this.source.queue, operation: 'consume', errorType }, seconds);
  }

  private async handle(unsettled: Unsettled<JobSource>): Promise<void> {
    const { message } = unsettled;
    const { job, queue, handle, reportEarlier } = this.options;
    const { settlement } = this.services;
    const { maxAttempts } = job.retry;
    const attempt = attemptOf(message);
    const delivery: Delivery<Request> = {
      message: decode(message, [job.request]),
      attempt,
      signal: this.abort.signal,
      slow: (isSlow) => this.places.slowChanged(isSlow),
      logFields: logFieldsOf(unsettled),
    };
    const hasLostWorker = unansweredDeliveries(message) > 0;
    if (hasLostWorker && (await reportEarlier?.(delivery))) return settlement.done(unsettled);
    if (attempt > maxAttempts) {
      throw new CodedError('attempts-exhausted', `Its worker was lost on each of ${maxAttempts} attempts`, {
        retryable: false,
      });
    }
    if (hasLostWorker && queue !== job.queues.isolated) return settlement.isolate(unsettled);
    await handle(delivery);
    settlement.done(unsettled);
  }
}
