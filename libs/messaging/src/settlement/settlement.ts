import { Injectable, Logger } from '@nestjs/common';
import { headers } from '@ekphrasis/contracts';
import { CodedError, isCodedError, type Deferral } from '@ekphrasis/errors';
import { LikeLines, type FieldsLine } from '@ekphrasis/observability';
import { DeferredJobs } from './deferred-jobs.js';
import {
  attemptOf,
  deferredSince,
  lostBesideOthers,
  uncountedRetriesOf,
  unansweredDeliveries,
  waitingSince,
} from './delivery.js';
import { logFieldsOf, type JobSource, type Unsettled } from './delivery-source.js';
import { publishUntilConfirmed } from '../publishing/publish-until-confirmed.js';
import { Publisher } from '../publishing/publisher.js';
import { isClosed } from '../connection/recovering-channel.js';

const longestAddedWaitMs = 600_000;
/** For how long the broker must have taken no messages before jobs that cannot be moved are rejected. */
const rejectAfterMs = 10_000;

/**
 * The one place that turns an outcome into ack, retry or dead letter.
 *
 * | outcome                                         | what happens to the message                       |
 * |-------------------------------------------------|---------------------------------------------------|
 * | done                                            | acked                                             |
 * | a retryable error, attempts left                | published to its retry queue, confirmed, acked    |
 * | a retryable error, none left                    | published to the dead letters, confirmed, acked   |
 * | an error that costs no attempt, retries left    | published to its retry queue, confirmed, acked; not counted |
 * | an error with a deferral, time left             | deferred with others, confirmed, acked; not counted |
 * | an error with a deferral, none left             | published to the dead letters, confirmed, acked   |
 * | there was no place for it here after all        | published to its queue's end, confirmed, acked; not counted |
 * | any other error                                 | published to the dead letters, confirmed, acked   |
 * | its worker was lost, to be tried alone          | published to the isolated queue, confirmed, acked |
 * | the publish above fails                         | kept unanswered, and tried again until it is moved |
 * | the broker has taken no messages for 10 s       | a job is rejected: the broker itself moves it to the dead letters, from where it is sent again; not counted |
 * | its channel is gone                             | nothing: the broker has requeued it already       |
 *
 * A job that lost its worker counts an attempt for it, and is tried alone. Whoever lives through that shows that the job had no
 * part in it, and gives the attempt back: other jobs of that worker, an ack time-out, a lost connection come to the same.
 *
 * A message that cannot be moved is not returned to its queue: it would come back at once, and the broker counts each return
 * as a lost worker, so that a moment without a publishing channel would use up all attempts.
 */
@Injectable()
export class Settlement {
  private readonly logger = new Logger(Settlement.name);
  private readonly warnings = new LikeLines<FieldsLine>((line) => this.logger.warn(line));
  private readonly errors = new LikeLines<FieldsLine>((line) => this.logger.error(line));

  constructor(
    private readonly publisher: Publisher,
    private readonly deferredJobs: DeferredJobs,
  ) {}

  /** @param allUpTo every earlier delivery of the channel is done, too */
  done({ channel, message }: Pick<Unsettled, 'channel' | 'message'>, allUpTo = false): void {
    answer(() => channel.ack(message, allUpTo));
  }

  /** To its queue again: only where whoever handles it has failed in a way that nobody foresaw, and has waited before. */
  returned({ channel, message }: Pick<Unsettled, 'channel' | 'message'>): void {
    answer(() => channel.nack(message, false, true));
  }

  async failed(unsettled: Unsettled, error: unknown): Promise<void> {
    const failure = isCodedError(error) ? error : unexpected(error);
    if (!hasJob(unsettled)) return this.dead(unsettled, failure);
    const { job } = unsettled.source;
    const { maxAttempts, maxUncountedRetries } = job.retry;
    if (failure.deferral) {
      return this.defer(unsettled, failure, waitingLonger(failure.deferral, unsettled));
    }
    // whoever still tells of a failure has survived it
    const attempt = attemptOf(unsettled.message) - lostBesideOthers(unsettled.message);
    const uncounted = uncountedRetriesOf(unsettled.message);
    if (failure.retryable && !failure.attemptCounts && uncounted < maxUncountedRetries) {
      this.warn(unsettled, failure, `attempt ${attempt} is repeated, uncounted`);
      const added = { [headers.attempt]: attempt, [headers.uncountedRetries]: uncounted + 1 };
      return this.moveOn(unsettled, job.retryKey(uncounted + 1), added);
    }
    if (failure.retryable && attempt < maxAttempts) {
      this.warn(unsettled, failure, `attempt ${attempt} failed`);
      return this.moveOn(unsettled, job.retryKey(attempt), { [headers.attempt]: attempt + 1 });
    }
    await this.dead(unsettled, failure);
  }

  /** Has a job wait with others for the same. What was not tried comes here, not to `failed`. */
  async defer(unsettled: Unsettled<JobSource>, failure: CodedError, deferral: Deferral): Promise<void> {
    if (Date.now() - waitingSince(unsettled.message) > deferral.patienceMs) return this.dead(unsettled, failure);
    this.warnings.say(`deferred ${failure.code} ${deferral.key}`, {
      ...logFieldsOf(unsettled),
      msg: `jobs wait (${failure.code}): ${failure.message}`,
    });
    const isDeferred = await this.deferredJobs.add(unsettled, failure, deferral, () => this.isHopeless(unsettled));
    if (isDeferred) this.done(unsettled);
    else this.reject(unsettled);
  }

  /** Moves a job whose consumer was lost to where jobs are tried one at a time. */
  async isolate(unsettled: Unsettled<JobSource>): Promise<void> {
    const { message, source } = unsettled;
    await this.moveOn(unsettled, source.job.keys.isolated, {
      [headers.attempt]: attemptOf(message),
      [headers.lostBesideOthers]: lostBesideOthers(message) + unansweredDeliveries(message),
    });
  }

  /** Moves a job that there is no place for to the end of its queue. */
  async turnBack(unsettled: Unsettled<JobSource>): Promise<void> {
    const { message } = unsettled;
    // of our own headers alone: the broker's, its count of deliveries say, would be counted a second time
    const since = deferredSince(message);
    await this.moveOn(unsettled, message.fields.routingKey, {
      [headers.attempt]: attemptOf(message),
      [headers.uncountedRetries]: uncountedRetriesOf(message),
      ...(since !== undefined && { [headers.deferredSince]: since }),
    });
  }

  private async dead(unsettled: Unsettled, failure: CodedError): Promise<void> {
    const { message, source } = unsettled;
    const maxAttempts = source.job?.retry.maxAttempts ?? Infinity;
    const attempt = Math.min(attemptOf(message), maxAttempts);
    const attempts = source.job ? ` after ${attempt} of ${maxAttempts} attempts` : '';
    this.errors.say(`${failure.code} ${failure.message}`, {
      ...failureFields(unsettled, failure),
      msg: `dead-lettered${attempts} (${failure.code}): ${failure.message}`,
    });
    await this.moveOn(unsettled, source.deadKey, {
      [headers.attempt]: attempt,
      [headers.deathCode]: failure.code,
      [headers.deathReason]: failure.message,
      [headers.originalRoutingKey]: message.fields.routingKey,
    });
  }

  private warn(unsettled: Unsettled, failure: CodedError, what: string): void {
    this.warnings.say(`${what} ${failure.code} ${failure.message}`, {
      ...failureFields(unsettled, failure),
      msg: `${what} (${failure.code}): ${failure.message}`,
    });
  }

  private async moveOn(unsettled: Unsettled, routingKey: string, added: Record<string, unknown>): Promise<void> {
    const { channel, message } = unsettled;
    const type = String(message.properties.type);
    const isMoved = await publishUntilConfirmed(
      () => this.publisher.publish({ routingKey, type, body: message.content, headers: added }),
      {
        isHeld: () => !isClosed(channel),
        isHopeless: () => this.isHopeless(unsettled),
        onFailure: (error) =>
          this.logger.warn({
            ...logFieldsOf(unsettled),
            msg: `cannot move a message to ${routingKey} now: ${error.message}`,
          }),
      },
    );
    if (isMoved) this.done(unsettled);
    else this.reject(unsettled);
  }

  /** Whether the broker takes no messages, and a rejection is the one way left. */
  private isHopeless({ source }: Unsettled): boolean {
    return source.job !== undefined && this.publisher.blockedForMs >= rejectAfterMs;
  }

  /** Where its channel is gone nothing is left to be rejected. */
  private reject({ channel, message, source }: Unsettled): void {
    if (source.job && !isClosed(channel)) answer(() => channel.nack(message, false, false));
  }
}

function hasJob(unsettled: Unsettled): unsettled is Unsettled<JobSource> {
  return unsettled.source.job !== undefined;
}

/** What nobody foresaw: tried again, since a restart may mend it, and told with its stack. */
function unexpected(error: unknown): CodedError {
  return new CodedError('unexpected', String(error), { retryable: true, cause: error });
}

/** An error with a cause brings its stack and the cause's; one that nobody foresaw is its cause. */
function failureFields(unsettled: Unsettled, failure: CodedError): Record<string, unknown> {
  const { code, cause } = failure;
  return {
    ...logFieldsOf(unsettled),
    code,
    ...(cause !== undefined && { err: code === 'unexpected' ? cause : failure }),
  };
}

/**
 * A job that was tried waits half as long again as it has waited so far, ten minutes more at most: it costs no attempt, so a
 * server that asks for a second each time would otherwise be asked all day.
 */
function waitingLonger(deferral: Deferral, { message }: Unsettled): Deferral {
  const now = Date.now();
  const addedMs = Math.min((now - waitingSince(message)) / 2, longestAddedWaitMs);
  return { ...deferral, until: Math.max(deferral.until, now + addedMs) };
}

/** A channel that closed meanwhile refuses the answer; its messages are back in their queue, so there is nobody to answer. */
function answer(send: () => void): void {
  try {
    send();
  } catch (error) {
    if ((error as Error).name !== 'IllegalOperationError') throw error;
  }
}
