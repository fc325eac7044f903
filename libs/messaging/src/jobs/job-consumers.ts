import type { JobDefinition } from '@ekphrasis/contracts';
import type { ConsumerServices } from '../settlement/consumer-services.js';
import { DeferredJobConsumer } from './deferred-job-consumer.js';
import { JobConsumer, type JobHandling } from './job-consumer.js';

export interface JobConsumersOptions<Request> extends JobHandling<Request> {
  /** The name of the readiness indicator. */
  readiness: string;
  /** Jobs handled at once, beside one that has lost a worker. */
  prefetch: number;
  /** How long jobs in hand may take to finish at shutdown, in milliseconds; the rest is left to other workers. */
  drainMs: number;
}

/**
 * What one process consumes of a kind of job: its queue; one at a time, those that have lost a worker; and, where something says what
 * jobs wait for, the deferred ones.
 */
export class JobConsumers<Request extends object = object> {
  private readonly consumers: {
    check(): Promise<void>;
    cancel(): Promise<void>;
    stop(limit: AbortSignal): Promise<void>;
  }[];
  private refusal?: string;
  private stopping?: Promise<unknown>;

  constructor(
    services: ConsumerServices,
    job: JobDefinition<Request>,
    private readonly options: JobConsumersOptions<Request>,
  ) {
    const { isolated, jobs } = job.queues;
    const { gate } = options;
    this.consumers = [
      new JobConsumer(services, { ...options, job, queue: jobs }),
      new JobConsumer(services, { ...options, job, queue: isolated, prefetch: 1, slow: 0 }),
      ...(gate ? [new DeferredJobConsumer(services, job, gate)] : []),
    ];
  }

  get isStopped(): boolean {
    return this.stopping !== undefined;
  }

  /** Resolves while jobs can arrive, rejects otherwise. For health checks. */
  async check(): Promise<void> {
    if (this.refusal !== undefined) throw new Error(this.refusal);
    await Promise.all(this.consumers.map((consumer) => consumer.check()));
  }

  /** Takes no more, for good, and is not ready for this reason. What it has goes on. */
  async takeNoMore(reason: string): Promise<void> {
    this.refusal ??= reason;
    await Promise.all(this.consumers.map((consumer) => consumer.cancel()));
  }

  /** Takes no more and lets those in hand finish. @param limit aborted when the time for that is over; `drainMs` from now by default */
  async stop(limit = AbortSignal.timeout(this.options.drainMs)): Promise<void> {
    this.stopping ??= Promise.all(this.consumers.map((consumer) => consumer.stop(limit)));
    await this.stopping;
  }
}
