import { Injectable, Logger } from '@nestjs/common';
import {
  captionDeferred,
  deferredRestKey,
  headers,
  mostDeferredJobs,
  type CaptionDeferred,
  type DeferredJob,
} from '@ekphrasis/contracts';
import type { CodedError, Deferral } from '@ekphrasis/errors';
import { attemptOf, lostBesideOthers, restsOf, waitingSince } from './delivery.js';
import { Publisher, type OutgoingMessage } from './publisher.js';
import { publishPatiently } from './publish-patiently.js';
import { isClosed } from './recovering-channel.js';
import type { Unsettled } from './settlement.js';

/** How long a job may wait for others to be put away with. */
const gatherMs = 5;

interface Gathered {
  readonly unsettled: Unsettled;
  readonly job: DeferredJob;
  /** Hears whether the job is put away. */
  readonly done: (isPutAway: boolean) => void;
  readonly isHopeless: () => boolean;
}

interface Parcel {
  readonly of: Omit<CaptionDeferred, 'jobs'>;
  readonly gathered: Gathered[];
  readonly timer: NodeJS.Timeout;
}

/** Puts jobs that wait for the same away together: one message, confirmed, and only then their acks. */
@Injectable()
export class DeferredJobs {
  private readonly logger = new Logger(DeferredJobs.name);
  private readonly parcels = new Map<string, Parcel>();

  constructor(private readonly publisher: Publisher) {}

  /**
   * Resolves when the job is put away, or cannot be.
   * @param isHopeless whether it is no use to go on trying
   * @param settle answers it
   */
  putAway(
    unsettled: Unsettled,
    error: CodedError,
    deferral: Deferral,
    isHopeless: () => boolean,
    settle: (isPutAway: boolean) => void,
  ): Promise<void> {
    const { message } = unsettled;
    const job: DeferredJob = {
      type: String(message.properties.type),
      body: message.content.toString('utf8'),
      attempt: attemptOf(message) - lostBesideOthers(message),
      rests: restsOf(message),
      since: waitingSince(message),
      until: Math.ceil(deferral.until),
    };
    return new Promise((resolve) => {
      const done = (isPutAway: boolean): void => {
        settle(isPutAway);
        resolve();
      };
      this.gather(error, deferral, { unsettled, job, done, isHopeless });
    });
  }

  private gather({ code, message: reason }: CodedError, { key, patienceMs }: Deferral, gathered: Gathered): void {
    const name = `${code} ${key}`;
    const parcel = this.parcels.get(name) ?? {
      of: { key, code, reason, patienceMs, reportedAt: 0 },
      gathered: [],
      timer: setTimeout(() => this.close(name), gatherMs),
    };
    this.parcels.set(name, parcel);
    parcel.gathered.push(gathered);
    if (parcel.gathered.length === mostDeferredJobs) this.close(name);
  }

  private close(name: string): void {
    const parcel = this.parcels.get(name);
    if (!parcel) return;
    this.parcels.delete(name);
    clearTimeout(parcel.timer);
    void this.send(parcel);
  }

  private async send({ of, gathered }: Parcel): Promise<void> {
    const message = parcelMessage({ ...of, jobs: gathered.map(({ job }) => job) });
    const isHeld = (): boolean => gathered.some(({ unsettled }) => !isClosed(unsettled.channel));
    const isPutAway = await publishPatiently(() => this.publisher.publish(message), {
      isHeld,
      isHopeless: () => gathered.every(({ isHopeless }) => isHopeless()),
      onFailure: (error) => this.logger.warn(`cannot put ${gathered.length} jobs away now: ${error.message}`),
    });
    for (const { done } of gathered) done(isPutAway);
  }
}

/** Jobs on their way to the rest that is over when the first eighth of them may be tried again: each look costs as much for one. */
export function parcelMessage(parcel: CaptionDeferred): OutgoingMessage {
  const untils = parcel.jobs.map(({ until }) => until).sort((one, other) => one - other);
  const until = untils[Math.floor(untils.length / 8)] ?? 0;
  return {
    routingKey: deferredRestKey(until - Date.now()),
    type: captionDeferred.type,
    body: captionDeferred.encode(parcel),
  };
}

/** A job on its way back to where it came from. */
export function jobMessage({ type, body, attempt, rests, since }: DeferredJob): OutgoingMessage {
  return {
    routingKey: 'caption.requested',
    type,
    body: Buffer.from(body, 'utf8'),
    headers: { [headers.attempt]: attempt, [headers.rests]: rests, [headers.deferredSince]: since },
  };
}
