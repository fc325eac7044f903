import { Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import {
  captionDeferred,
  captionRequested,
  captionWaiting,
  deferredCaptionJobs,
  headers,
  maxAttempts,
  type CaptionDeferred,
  type CaptionRequested,
  type DeferredJob,
} from '@ekphrasis/contracts';
import { LikeLines, type MessagingMetrics } from '@ekphrasis/observability';
import type { BrokerConnection } from './broker-connection.js';
import type { DeferralGate } from './deferral-gate.js';
import { jobMessage, parcelMessage } from './deferred-jobs.js';
import { decode } from './delivery.js';
import { drained } from './drained.js';
import type { OutgoingMessage, Publisher } from './publisher.js';
import { publishPatiently } from './publish-patiently.js';
import { isClosed } from './recovering-channel.js';
import { captionJobFailures, deferredJobFailures, type Settlement } from './settlement.js';
import { Subscription } from './subscription.js';

const atOnce = 4;
/** Below `LOST_JOB_AFTER_MS`, after which an image of which nothing is heard counts as lost. */
const reportEveryMs = 120_000;
/** And below an hour, after which it does in any case. */
const longestSilenceMs = 1_800_000;

/**
 * Looks after jobs that were put away together, each time their rest is over. What becomes of a job:
 *
 * | its time has come, and there is a place for it | back to `caption.jobs`, at the attempt it asked for |
 * | it has waited longer than it may               | to the dead letters, for the reason that it waited  |
 * | otherwise                                      | away again, with the others                         |
 *
 * All is published and confirmed before the message that carried them is acked; a crash in between makes copies of jobs, which
 * harm nobody. That jobs wait is reported now and then, or they would count as lost.
 */
export class DeferredJobConsumer {
  private readonly logger = new Logger(DeferredJobConsumer.name);
  private readonly givenUp = new LikeLines((line) => this.logger.error(line));
  private readonly subscription: Subscription;
  private readonly running = new Set<Promise<void>>();

  constructor(
    connection: BrokerConnection,
    private readonly publisher: Publisher,
    private readonly settlement: Settlement,
    private readonly metrics: MessagingMetrics,
    private readonly gate: DeferralGate,
  ) {
    metrics.consumed({ destination: deferredCaptionJobs.name, operation: 'consume' }, 0);
    this.subscription = new Subscription(connection, deferredCaptionJobs.name, {
      queue: deferredCaptionJobs.name,
      prefetch: atOnce,
      onMessage: (message, channel) => {
        const run = this.run(message, channel).finally(() => this.running.delete(run));
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

  private async run(message: ConsumeMessage, channel: Channel): Promise<void> {
    this.metrics.consumed({ destination: deferredCaptionJobs.name, operation: 'consume' });
    let parcel: CaptionDeferred;
    try {
      parcel = decode(message, [captionDeferred]);
    } catch (error) {
      return this.settlement.failed({ channel, message }, error, deferredJobFailures);
    }
    const outgoing = this.unpack(parcel);
    const isPublished = await publishPatiently(
      () => Promise.all(outgoing.map((each) => this.publisher.publish(each))),
      {
        isHeld: () => !isClosed(channel),
        onFailure: (error) => this.logger.warn(`cannot send deferred jobs on now: ${error.message}`),
      },
    );
    if (isPublished) this.settlement.done({ channel, message });
  }

  private unpack(parcel: CaptionDeferred): OutgoingMessage[] {
    const { key, patienceMs } = parcel;
    const now = Date.now();
    const { places, until } = this.gate.admission(key);
    const due = new Set(parcel.jobs.filter((job) => job.until <= now).slice(0, places));
    const others = parcel.jobs.filter((job) => !due.has(job));
    const tooOld = others.filter(({ since }) => now - since > patienceMs);
    const later = Math.ceil(until);
    const away = others
      .filter(({ since }) => now - since <= patienceMs)
      .map((job) => (job.until > now ? job : { ...job, until: later }));
    this.gate.away(key, -due.size - tooOld.length);
    return [
      ...[...due].map(jobMessage),
      ...tooOld.map((job) => this.deadMessage(job, parcel)),
      ...(away.length > 0 ? this.reported({ ...parcel, jobs: away }, now) : []),
    ];
  }

  /** The longer they wait, the less often it is said, as lost jobs are sent again less often. */
  private reported(parcel: CaptionDeferred, now: number): OutgoingMessage[] {
    const since = parcel.jobs.reduce((earliest, job) => Math.min(earliest, job.since), now);
    const last = Math.max(parcel.reportedAt, since);
    const silenceMs = Math.min(Math.max(reportEveryMs, (last - since) / 2), longestSilenceMs);
    if (now - last < silenceMs) return [parcelMessage(parcel)];
    const { routingKey, type } = captionWaiting;
    const jobs = parcel.jobs.flatMap(contentOf);
    const waiting = { imageIds: jobs.map(({ imageId }) => imageId), nonces: jobs.map(({ nonce }) => nonce ?? '') };
    const report = { routingKey, type, body: captionWaiting.encode(waiting) };
    return [parcelMessage({ ...parcel, reportedAt: now }), report];
  }

  private deadMessage(job: DeferredJob, { key, code, reason, patienceMs }: CaptionDeferred): OutgoingMessage {
    const waited = `${reason}. It was waited for ${Math.round(patienceMs / 60_000)} minutes`;
    const [image] = contentOf(job);
    this.givenUp.say(`${code} ${key}`, `image ${image?.imageId} is given up (${code}): ${waited}`);
    const added = {
      [headers.attempt]: Math.min(job.attempt, maxAttempts),
      [headers.deathCode]: code,
      [headers.deathReason]: waited,
      [headers.originalRoutingKey]: 'caption.requested',
    };
    return { ...jobMessage(job), routingKey: captionJobFailures.deadKey, headers: added };
  }
}

/** None where the body is no job: that is for the job's own consumer to find out. */
function contentOf({ body }: DeferredJob): CaptionRequested[] {
  try {
    return [captionRequested.decode(Buffer.from(body, 'utf8'))];
  } catch {
    return [];
  }
}
