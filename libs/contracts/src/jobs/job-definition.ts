import type { DeferredBatch } from '../deferred-jobs/v1.js';
import type { EncodedMessage, MessageContract } from '../message-contract.js';
import type { QueueDeclaration } from './queue-declaration.js';

/** How often a job is tried, and how long it waits in between. */
export interface RetryPolicy {
  /**
   * The waits after the first, second … failed attempt, in milliseconds, each longer than the one before; the last one is used for
   * all further ones. Deferred jobs wait in steps of the same lengths.
   */
  readonly delaysMs: readonly number[];
  /** Attempts, the first included, before a job is dead-lettered. */
  readonly maxAttempts: number;
  /** Retries that cost no attempt, because what all jobs need was away, before a job is dead-lettered all the same. */
  readonly maxUncountedRetries: number;
}

/** What workers report about one kind of job, and where that waits for whoever records it. */
export interface JobReports<Request extends object> {
  readonly contracts: readonly MessageContract<object>[];
  /** The reports, shared by all who record them. */
  readonly queue: QueueDeclaration;
  /** Reports that nobody could understand. */
  readonly dead: QueueDeclaration;
  /** The routing key of `dead`. */
  readonly deadKey: string;
  /** The report that jobs are deferred, so that they do not count as lost; absent where nobody looks for lost jobs of the kind. */
  deferred?(jobs: Request[]): EncodedMessage;
}

/** One kind of job, as `defineJob` makes it: its queues, its routing keys and its limits. */
export interface JobDefinition<Request extends object = object> {
  readonly name: string;
  /** The message that asks for such a job. */
  readonly request: MessageContract<Request>;
  /** The message that carries deferred jobs. */
  readonly deferredBatch: MessageContract<DeferredBatch>;
  readonly retry: RetryPolicy;
  readonly reports?: JobReports<Request>;
  /** `forgotten` where nothing waits for a job, and a dead one is dropped. Otherwise a `DeadJobs` of the API says what dead jobs mean. */
  readonly deadJobs?: 'forgotten';
  readonly queues: {
    /** `<name>.jobs`, shared by all workers. */
    readonly jobs: QueueDeclaration;
    /** `<name>.jobs.isolated`: jobs whose worker died or vanished with them are tried one at a time, so that a poisonous one harms no other. */
    readonly isolated: QueueDeclaration;
    /** `<name>.jobs.retry.1` …: where a job waits after its n-th failed attempt; the time-to-live sends it back to `jobs`. */
    readonly retry: readonly QueueDeclaration[];
    /** `<name>.jobs.deferred`: deferred jobs that are to be looked at again, many in one message. */
    readonly deferred: QueueDeclaration;
    /** `<name>.jobs.deferred.1` …: where these wait; the time-to-live sends them back to `deferred`. */
    readonly deferredWaits: readonly QueueDeclaration[];
    /** `<name>.jobs.dead`: jobs that used up their attempts, and bodies that are no jobs. */
    readonly dead: QueueDeclaration;
  };
  readonly keys: {
    readonly isolated: string;
    readonly dead: string;
  };
  /** All queues of the kind, those of its reports included. */
  readonly allQueues: readonly QueueDeclaration[];
  /** The routing key of the wait after so many failures, from 1. */
  retryKey(failures: number): string;
  /** The routing key of the longest wait of deferred jobs that is over by then; of the shortest one where all are longer. */
  deferredKey(waitMs: number): string;
  /** Of a request or a report, as far as its body can be read: the field that names the row it is about, for log lines. */
  rowIn(body: Uint8Array): Record<string, number | string>;
}
