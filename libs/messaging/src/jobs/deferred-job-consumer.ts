import { Logger } from '@nestjs/common';
import { headers, type DeferredBatch, type DeferredJob, type JobDefinition } from '@ekphrasis/contracts';
import { LikeLines, type FieldsLine } from '@ekphrasis/observability';
import type { ConsumerServices } from '../settlement/consumer-services.js';
import type { DeferralGate } from './deferral-gate.js';
import { batchMessage, jobMessage } from '../settlement/deferred-jobs.js';
import { decode } from '../settlement/delivery.js';
import { logFieldsOf, type DeliverySource, type Unsettled } from '../settlement/delivery-source.js';
import { drained } from './drained.js';
import type { OutgoingMessage } from '../publishing/publisher.js';
import { publishUntilConfirmed } from '../publishing/publish-until-confirmed.js';
import { isClosed } from '../connection/recovering-channel.js';
import { Subscription } from '../subscription/subscription.js';

const atOnce = 4;
/** Below `LOST_JOB_AFTER_MS`, after which a row of which nothing is heard counts as lost. */
const reportEveryMs = 120_000;
/** And below an hour, after which it does in any case. */
const longestSilenceMs = 1_800_000;

/**
 * Looks after jobs that were deferred together, each time their wait is over. What becomes of a job:
 *
 * | its time has come, and there is a place for it | back to its queue, at the attempt it asked for      |
 * | it has waited longer than it may               | to the dead letters, for the reason that it waited  |
 * | otherwise                                      | deferred again, with the others                     |
 *
 * All is published and confirmed before the message that carried them is acked; a crash in between makes copies of jobs, which
 * harm nobody. That jobs wait is reported now and then, or they would count as lost.
 */
export class DeferredJobConsumer<Request extends object> {
  private readonly logger = new Logger(DeferredJobConsumer.name);
  private readonly givenUp = new LikeLines<FieldsLine>((line) => this.logger.error(line));
  private readonly source: DeliverySource;
  private readonly subscription: Subscription;
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly services: ConsumerServices,
    private readonly job: JobDefinition<Request>,
    private readonly gate: DeferralGate,
  ) {
    const queue = job.queues.deferred.name;
    // its queue has no dead letters of the broker's own, so that what it brings is never rejected
    this.source = { queue, deadKey: job.keys.dead };
    services.metrics.consumed({ destination: queue, operation: 'consume' }, 0);
    this.subscription = new Subscription(services.connection, queue, {
      queue,
      prefetch: atOnce,
      onMessage: (message, channel) => {
        const run = this.run({ message, channel, source: this.source }).finally(() => this.running.delete(run));
        this.running.add(run);
        return run;
      },
      isIdle: () => this.running.size === 0,
    });
  }

  /** Resolves while messages can arrive, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  /** Takes no more; what it has goes on. */
  cancel(): Promise<void> {
    return this.subscription.cancel();
  }

  /** Lets what is in hand be settled. @param signal aborted when the time for that is over */
  async stop(signal: AbortSignal): Promise<void> {
    await this.cancel();
    await drained(this.running, signal);
    await this.subscription.close();
  }

  private async run(unsettled: Unsettled): Promise<void> {
    const { publisher, settlement, metrics } = this.services;
    metrics.consumed({ destination: this.source.queue, operation: 'consume' });
    let batch: DeferredBatch;
    try {
      batch = decode(unsettled.message, [this.job.deferredBatch]);
    } catch (error) {
      return settlement.failed(unsettled, error);
    }
    const outgoing = this.unpack(batch, unsettled);
    const isPublished = await publishUntilConfirmed(
      () => Promise.all(outgoing.map((each) => publisher.publish(each))),
      {
        isHeld: () => !isClosed(unsettled.channel),
        onFailure: (error) =>
          this.logger.warn({ ...logFieldsOf(unsettled), msg: `cannot send deferred jobs on now: ${error.message}` }),
      },
    );
    if (isPublished) settlement.done(unsettled);
  }

  private unpack(batch: DeferredBatch, unsettled: Unsettled): OutgoingMessage[] {
    const { key, patienceMs } = batch;
    const now = Date.now();
    const { places, until } = this.gate.admission(key);
    const due = new Set(batch.jobs.filter((job) => job.until <= now).slice(0, places));
    const others = batch.jobs.filter((job) => !due.has(job));
    const tooOld = others.filter(({ since }) => now - since > patienceMs);
    const later = Math.ceil(until);
    const deferred = others
      .filter(({ since }) => now - since <= patienceMs)
      .map((job) => (job.until > now ? job : { ...job, until: later }));
    this.gate.countDeferred(key, -due.size - tooOld.length);
    return [
      ...[...due].map((job) => jobMessage(this.job, job)),
      ...tooOld.map((job) => this.deadMessage(job, batch, unsettled)),
      ...(deferred.length > 0 ? this.reported({ ...batch, jobs: deferred }, now) : []),
    ];
  }

  /** The longer they wait, the less often it is said, as lost jobs are sent again less often. */
  private reported(batch: DeferredBatch, now: number): OutgoingMessage[] {
    const since = batch.jobs.reduce((earliest, job) => Math.min(earliest, job.since), now);
    const last = Math.max(batch.reportedAt, since);
    const silenceMs = Math.min(Math.max(reportEveryMs, (last - since) / 2), longestSilenceMs);
    const report = now - last < silenceMs ? undefined : this.reportOf(batch);
    if (!report) return [batchMessage(this.job, batch)];
    return [batchMessage(this.job, { ...batch, reportedAt: now }), report];
  }

  /** Bodies that are no jobs are for the jobs' own consumer to find out. */
  private reportOf({ jobs }: DeferredBatch): OutgoingMessage | undefined {
    const requests = jobs.flatMap(({ body }) => {
      try {
        return [this.job.request.decode(Buffer.from(body, 'utf8'))];
      } catch {
        return [];
      }
    });
    return this.job.reports?.deferred?.(requests);
  }

  private deadMessage(
    job: DeferredJob,
    { key, code, reason, patienceMs }: DeferredBatch,
    unsettled: Unsettled,
  ): OutgoingMessage {
    const waited = `${reason}. It was waited for ${Math.round(patienceMs / 60_000)} minutes`;
    this.givenUp.say(`${code} ${key}`, {
      ...logFieldsOf(unsettled),
      ...this.job.rowIn(Buffer.from(job.body, 'utf8')),
      attempt: job.attempt,
      code,
      msg: `a deferred job is given up (${code}): ${waited}`,
    });
    const { request, retry, keys } = this.job;
    const added = {
      [headers.attempt]: Math.min(job.attempt, retry.maxAttempts),
      [headers.deathCode]: code,
      [headers.deathReason]: waited,
      [headers.originalRoutingKey]: request.routingKey,
    };
    return { ...jobMessage(this.job, job), routingKey: keys.dead, headers: added };
  }
}
