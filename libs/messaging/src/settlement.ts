import { Injectable, Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { captionRetryKey, headers, maxAttempts, maxRests } from '@ekphrasis/contracts';
import { CodedError, isCodedError, type Deferral } from '@ekphrasis/errors';
import { LikeLines } from '@ekphrasis/observability';
import { DeferredJobs } from './deferred-jobs.js';
import { attemptOf, deferredSince, lostBesideOthers, restsOf, unansweredDeliveries, waitingSince } from './delivery.js';
import { Publisher } from './publisher.js';
import { publishPatiently } from './publish-patiently.js';
import { isClosed } from './recovering-channel.js';

const longestAddedRestMs = 600_000;
/** For how long the broker must have taken no messages before what cannot be moved is given back. */
const giveBackAfterMs = 10_000;

/** A delivery and the channel that must answer it. */
export interface Unsettled {
  channel: Channel;
  message: ConsumeMessage;
}

/** Where a consumer's failed messages go. */
export interface FailureRoute {
  /** The routing key of the rest that follows the n-th failed attempt (n from 1); undefined where there is no such rest. */
  retryKey?: (failedAttempts: number) => string;
  /** The routing key of the dead letters. */
  deadKey: string;
  /** Whether what a failure's `deferral` is for is waited for together. */
  defers?: boolean;
  /** Whether the broker brings what is rejected to the dead letters, from where the API sends it again (`givenBack`). */
  givesBack?: boolean;
}

/** Jobs rest in queues that send them back after a while. */
export const captionJobFailures: FailureRoute = {
  retryKey: captionRetryKey,
  deadKey: 'caption.dead',
  defers: true,
  givesBack: true,
};
/** What carries deferred jobs: its queue has no dead letters of the broker's own. */
export const deferredJobFailures: FailureRoute = { deadKey: 'caption.dead' };
/** Completions are retried by their consumer, in place; only what cannot be understood is dead. */
export const completionFailures: FailureRoute = { deadKey: 'completion.dead' };

/**
 * The one place that turns an outcome into ack, retry or dead letter.
 *
 * | outcome                                         | what happens to the message                       |
 * |-------------------------------------------------|---------------------------------------------------|
 * | done                                            | acked                                             |
 * | a retryable error, attempts left                | published to its retry queue, confirmed, acked    |
 * | a retryable error, none left                    | published to the dead letters, confirmed, acked   |
 * | a blameless error, rests left                   | published to its retry queue, confirmed, acked; not counted |
 * | an error with a deferral, patience left         | put away with others, confirmed, acked; not counted |
 * | an error with a deferral, none left             | published to the dead letters, confirmed, acked   |
 * | there was no place for it here after all        | published to its queue's end, confirmed, acked; not counted |
 * | any other error                                 | published to the dead letters, confirmed, acked   |
 * | its worker was lost, to be tried alone          | published to the isolated queue, confirmed, acked |
 * | the publish above fails                         | kept unanswered, and tried again until it is moved |
 * | the broker has taken no messages for 10 s       | a job is rejected: the broker itself moves it to the dead letters, and the API sends it again; not counted |
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
  private readonly warnings = new LikeLines((line) => this.logger.warn(line));
  private readonly errors = new LikeLines((line) => this.logger.error(line));

  constructor(
    private readonly publisher: Publisher,
    private readonly deferredJobs: DeferredJobs,
  ) {}

  done({ channel, message }: Unsettled, allUpTo = false): void {
    answer(() => channel.ack(message, allUpTo));
  }

  async failed(unsettled: Unsettled, error: unknown, route: FailureRoute): Promise<void> {
    // whoever still tells of a failure has survived it
    const attempt = attemptOf(unsettled.message) - lostBesideOthers(unsettled.message);
    const failure = isCodedError(error) ? error : new CodedError('unexpected', String(error), { retryable: true });
    if (failure.deferral && route.defers) {
      return this.defer(unsettled, failure, restingLonger(failure.deferral, unsettled.message), route);
    }
    const rests = restsOf(unsettled.message);
    if (failure.retryable && failure.blameless && route.retryKey && rests < maxRests) {
      this.warnings.say(
        `rests ${failure.code} ${failure.message}`,
        `attempt ${attempt} rests (${failure.code}): ${failure.message}`,
      );
      const added = { [headers.attempt]: attempt, [headers.rests]: rests + 1 };
      return this.moveOn(unsettled, route.retryKey(rests + 1), added, route);
    }
    if (failure.retryable && route.retryKey && attempt < maxAttempts) {
      this.warnings.say(
        `failed ${failure.code} ${failure.message}`,
        `attempt ${attempt} failed (${failure.code}): ${failure.message}`,
      );
      return this.moveOn(unsettled, route.retryKey(attempt), { [headers.attempt]: attempt + 1 }, route);
    }
    await this.dead(unsettled, failure, route);
  }

  /** Has a job wait with others for the same. What was not tried comes here, not to `failed`. */
  async defer(unsettled: Unsettled, failure: CodedError, deferral: Deferral, route: FailureRoute): Promise<void> {
    if (Date.now() - waitingSince(unsettled.message) > deferral.patienceMs) return this.dead(unsettled, failure, route);
    this.warnings.say(`deferred ${failure.code} ${deferral.key}`, `jobs wait (${failure.code}): ${failure.message}`);
    const isHopeless = (): boolean => this.isHopeless(route);
    await this.deferredJobs.putAway(unsettled, failure, deferral, isHopeless, (isPutAway) =>
      isPutAway ? this.done(unsettled) : this.giveBack(unsettled, route),
    );
  }

  async dead(unsettled: Unsettled, failure: CodedError, route: FailureRoute): Promise<void> {
    const { message } = unsettled;
    const attempt = Math.min(attemptOf(message), maxAttempts);
    this.errors.say(
      `${failure.code} ${failure.message}`,
      `dead-lettered after ${attempt} of ${maxAttempts} attempts (${failure.code}): ${failure.message}`,
    );
    const added = {
      [headers.attempt]: attempt,
      [headers.deathCode]: failure.code,
      [headers.deathReason]: failure.message,
      [headers.originalRoutingKey]: message.fields.routingKey,
    };
    await this.moveOn(unsettled, route.deadKey, added, route);
  }

  /** Moves a job whose consumer was lost to where jobs are tried one at a time. */
  async isolate(unsettled: Unsettled): Promise<void> {
    const { message } = unsettled;
    await this.moveOn(unsettled, 'caption.isolated', {
      [headers.attempt]: attemptOf(message),
      [headers.lostBesideOthers]: lostBesideOthers(message) + unansweredDeliveries(message),
    });
  }

  /** Moves a job that there is no place for to the end of its queue. */
  async turnBack(unsettled: Unsettled): Promise<void> {
    const { message } = unsettled;
    // of our own headers alone: the broker's, its count of deliveries say, would be counted a second time
    const since = deferredSince(message);
    await this.moveOn(unsettled, message.fields.routingKey, {
      [headers.attempt]: attemptOf(message),
      [headers.rests]: restsOf(message),
      ...(since !== undefined && { [headers.deferredSince]: since }),
    });
  }

  private async moveOn(
    unsettled: Unsettled,
    routingKey: string,
    added: Record<string, unknown>,
    route = captionJobFailures,
  ): Promise<void> {
    const { channel, message } = unsettled;
    const type = String(message.properties.type);
    const isMoved = await publishPatiently(
      () => this.publisher.publish({ routingKey, type, body: message.content, headers: added }),
      {
        isHeld: () => !isClosed(channel),
        isHopeless: () => this.isHopeless(route),
        onFailure: (error) => this.logger.warn(`cannot move a message to ${routingKey} now: ${error.message}`),
      },
    );
    if (isMoved) this.done(unsettled);
    else this.giveBack(unsettled, route);
  }

  private isHopeless({ givesBack }: FailureRoute): boolean {
    return givesBack === true && this.publisher.blockedForMs >= giveBackAfterMs;
  }

  /** Where its channel is gone nothing is left to be given back. */
  private giveBack({ channel, message }: Unsettled, { givesBack }: FailureRoute): void {
    if (givesBack && !isClosed(channel)) answer(() => channel.nack(message, false, false));
  }
}

/**
 * A job that was tried waits half as long again as it has waited so far, ten minutes more at most: it costs no attempt, so a
 * server that asks for a second each time would otherwise be asked all day.
 */
function restingLonger(deferral: Deferral, message: ConsumeMessage): Deferral {
  const now = Date.now();
  const addedMs = Math.min((now - waitingSince(message)) / 2, longestAddedRestMs);
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
