import { Injectable, Logger } from '@nestjs/common';
import {
  headers,
  mostDeferredJobs,
  type DeferredBatch,
  type DeferredJob,
  type JobDefinition,
} from '@ekphrasis/contracts';
import type { CodedError, Deferral } from '@ekphrasis/errors';
import { attemptOf, lostBesideOthers, uncountedRetriesOf, waitingSince } from './delivery.js';
import type { JobSource, Unsettled } from './delivery-source.js';
import { Publisher, type OutgoingMessage } from '../publishing/publisher.js';
import { publishUntilConfirmed } from '../publishing/publish-until-confirmed.js';
import { isClosed } from '../connection/recovering-channel.js';

/** How long a job may wait for others to be deferred with. */
const gatherMs = 5;

interface Gathered {
  readonly unsettled: Unsettled<JobSource>;
  readonly job: DeferredJob;
  /** Hears whether the job is deferred. */
  readonly done: (isDeferred: boolean) => void;
  readonly isHopeless: () => boolean;
}

interface Gathering {
  readonly of: JobDefinition;
  readonly batch: Omit<DeferredBatch, 'jobs'>;
  readonly gathered: Gathered[];
  readonly timer: NodeJS.Timeout;
}

/** Defers jobs that wait for the same together: one message, confirmed, and only then their acks. */
@Injectable()
export class DeferredJobs {
  private readonly logger = new Logger(DeferredJobs.name);
  private readonly gatherings = new Map<string, Gathering>();

  constructor(private readonly publisher: Publisher) {}

  /**
   * @param isHopeless whether it is no use to go on trying
   * @returns when it is known whether the job is deferred: the broker has it, and the caller settles the delivery
   */
  add(
    unsettled: Unsettled<JobSource>,
    error: CodedError,
    deferral: Deferral,
    isHopeless: () => boolean,
  ): Promise<boolean> {
    const { message } = unsettled;
    const job: DeferredJob = {
      type: String(message.properties.type),
      body: message.content.toString('utf8'),
      attempt: attemptOf(message) - lostBesideOthers(message),
      rests: uncountedRetriesOf(message),
      since: waitingSince(message),
      until: Math.ceil(deferral.until),
    };
    return new Promise((done) => this.gather(error, deferral, { unsettled, job, done, isHopeless }));
  }

  private gather({ code, message: reason }: CodedError, { key, patienceMs }: Deferral, gathered: Gathered): void {
    const { job } = gathered.unsettled.source;
    const name = `${job.name} ${code} ${key}`;
    const gathering = this.gatherings.get(name) ?? {
      of: job,
      batch: { key, code, reason, patienceMs, reportedAt: 0 },
      gathered: [],
      timer: setTimeout(() => this.close(name), gatherMs),
    };
    this.gatherings.set(name, gathering);
    gathering.gathered.push(gathered);
    if (gathering.gathered.length === mostDeferredJobs) this.close(name);
  }

  private close(name: string): void {
    const gathering = this.gatherings.get(name);
    if (!gathering) return;
    this.gatherings.delete(name);
    clearTimeout(gathering.timer);
    void this.send(gathering);
  }

  private async send({ of, batch, gathered }: Gathering): Promise<void> {
    const message = batchMessage(of, { ...batch, jobs: gathered.map(({ job }) => job) });
    const isHeld = (): boolean => gathered.some(({ unsettled }) => !isClosed(unsettled.channel));
    const isDeferred = await publishUntilConfirmed(() => this.publisher.publish(message), {
      isHeld,
      isHopeless: () => gathered.every(({ isHopeless }) => isHopeless()),
      onFailure: (error) => this.logger.warn(`cannot defer ${gathered.length} ${of.name} jobs now: ${error.message}`),
    });
    for (const { done } of gathered) done(isDeferred);
  }
}

/** Jobs on their way to the wait that is over when the first eighth of them may be tried again: each look costs as much for one. */
export function batchMessage(job: JobDefinition, batch: DeferredBatch): OutgoingMessage {
  const untils = batch.jobs.map(({ until }) => until).sort((one, other) => one - other);
  const until = untils[Math.floor(untils.length / 8)] ?? 0;
  return {
    routingKey: job.deferredKey(until - Date.now()),
    type: job.deferredBatch.type,
    body: job.deferredBatch.encode(batch),
  };
}

/** A deferred job on its way back to where it came from. */
export function jobMessage(
  { request }: JobDefinition,
  { type, body, attempt, rests, since }: DeferredJob,
): OutgoingMessage {
  return {
    routingKey: request.routingKey,
    type,
    body: Buffer.from(body, 'utf8'),
    headers: { [headers.attempt]: attempt, [headers.uncountedRetries]: rests, [headers.deferredSince]: since },
  };
}
