import { CodedError, codeOf } from '@ekphrasis/errors';
import type { MessagingMetrics } from '@ekphrasis/observability';
import { captionRequested, maxAttempts, type CaptionRequested } from '@ekphrasis/contracts';
import { BrokerConnection } from './broker-connection.js';
import { attemptOf, decode, type Delivery, unansweredDeliveries } from './delivery.js';
import { captionJobFailures, Settlement, type Unsettled } from './settlement.js';
import { Subscription } from './subscription.js';

export interface JobConsumerOptions {
  queue: string;
  /** Jobs handled at once. */
  prefetch: number;
  /** Send a job on to the isolated queue when a worker was lost with it. The isolated queue's own consumer keeps them. */
  isolateUnanswered: boolean;
  /** Resolves when the job's effects are durable. A rejection is retried or dead-lettered as `Settlement` says. */
  handle: (delivery: Delivery<CaptionRequested>) => Promise<void>;
}

/**
 * Caption jobs, several at once, each answered by its own outcome.
 *
 * State machine: consuming -> draining (`stop`: takes no more, lets handlers finish) -> closed. Handlers that outlast the
 * time to drain are aborted and their jobs left to the broker, which gives them to another worker.
 */
export class JobConsumer {
  private readonly subscription: Subscription;
  private readonly running = new Set<Promise<void>>();
  private readonly abort = new AbortController();

  constructor(
    connection: BrokerConnection,
    private readonly settlement: Settlement,
    private readonly metrics: MessagingMetrics,
    private readonly options: JobConsumerOptions,
  ) {
    metrics.consumed({ destination: options.queue, operation: 'consume' }, 0);
    this.subscription = new Subscription(connection, options.queue, {
      queue: options.queue,
      prefetch: options.prefetch,
      onMessage: (message, channel) => this.take({ channel, message }),
    });
  }

  /** Resolves while jobs can arrive, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  /** Takes no more; what it has goes on. */
  cancel(): Promise<void> {
    return this.subscription.cancel();
  }

  /** @param signal aborted when the time to drain is over */
  async stop(signal: AbortSignal): Promise<void> {
    await this.cancel();
    const drained = Promise.all(this.running);
    const expired = new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([drained, expired]);
    this.abort.abort(new CodedError('shutting-down', 'The worker is shutting down', { retryable: true }));
    await this.subscription.close();
  }

  private take(unsettled: Unsettled): void {
    const run = this.run(unsettled).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run(unsettled: Unsettled): Promise<void> {
    const { queue } = this.options;
    const startedAt = performance.now();
    const processed = (error?: unknown): void =>
      this.metrics.processed(
        { destination: queue, operation: 'consume', errorType: error === undefined ? undefined : codeOf(error) },
        (performance.now() - startedAt) / 1000,
      );
    this.metrics.consumed({ destination: queue, operation: 'consume' });
    try {
      await this.handle(unsettled);
      processed();
    } catch (error) {
      processed(error);
      if (this.abort.signal.aborted) return;
      await this.settlement.failed(unsettled, error, captionJobFailures);
    }
  }

  private async handle(unsettled: Unsettled): Promise<void> {
    const { message } = unsettled;
    const attempt = attemptOf(message);
    if (attempt > maxAttempts) {
      throw new CodedError('attempts-exhausted', `Its worker was lost on each of ${maxAttempts} attempts`, {
        retryable: false,
      });
    }
    if (this.options.isolateUnanswered && unansweredDeliveries(message) > 0) return this.settlement.isolate(unsettled);
    const job = decode(message, [captionRequested]);
    await this.options.handle({ message: job, attempt, signal: this.abort.signal });
    this.settlement.done(unsettled);
  }
}
