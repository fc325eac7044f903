import { Injectable, Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { setTimeout as pause } from 'node:timers/promises';
import { captionRetryKey, headers, maxAttempts, maxRests } from '@ekphrasis/contracts';
import { CodedError, isCodedError } from '@ekphrasis/errors';
import { attemptOf, restsOf } from './delivery.js';
import { Publisher } from './publisher.js';
import { isClosed } from './recovering-channel.js';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

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
}

/** Jobs rest in queues that send them back after a while. */
export const captionJobFailures: FailureRoute = { retryKey: captionRetryKey, deadKey: 'caption.dead' };
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
 * | a blameless error, rests left                   | the same, and its attempt is not counted          |
 * | any other error                                 | published to the dead letters, confirmed, acked   |
 * | its worker was lost, to be tried alone          | published to the isolated queue, confirmed, acked |
 * | the publish above fails                         | kept unanswered, and tried again until it is moved |
 * | its channel is gone                             | nothing: the broker has requeued it already       |
 *
 * A message that cannot be moved is not returned to its queue: it would come back at once, and the broker counts each return
 * as a lost worker, so that a moment without a publishing channel would use up all attempts.
 */
@Injectable()
export class Settlement {
  private readonly logger = new Logger(Settlement.name);

  constructor(private readonly publisher: Publisher) {}

  done({ channel, message }: Unsettled, allUpTo = false): void {
    answer(() => channel.ack(message, allUpTo));
  }

  async failed(unsettled: Unsettled, error: unknown, route: FailureRoute): Promise<void> {
    const attempt = attemptOf(unsettled.message);
    const failure = isCodedError(error) ? error : new CodedError('unexpected', String(error), { retryable: true });
    const rests = restsOf(unsettled.message);
    if (failure.retryable && failure.blameless && route.retryKey && rests < maxRests) {
      this.logger.warn(`attempt ${attempt} rests (${failure.code}): ${failure.message}`);
      const added = { [headers.attempt]: attempt, [headers.rests]: rests + 1 };
      return this.moveOn(unsettled, route.retryKey(rests + 1), added);
    }
    if (failure.retryable && route.retryKey && attempt < maxAttempts) {
      this.logger.warn(`attempt ${attempt} failed (${failure.code}): ${failure.message}`);
      return this.moveOn(unsettled, route.retryKey(attempt), { [headers.attempt]: attempt + 1 });
    }
    await this.dead(unsettled, failure, route);
  }

  async dead(unsettled: Unsettled, failure: CodedError, route: FailureRoute): Promise<void> {
    const { message } = unsettled;
    const attempt = Math.min(attemptOf(message), maxAttempts);
    this.logger.error(
      `dead-lettered after ${attempt} of ${maxAttempts} attempts (${failure.code}): ${failure.message}`,
    );
    await this.moveOn(unsettled, route.deadKey, {
      [headers.attempt]: attempt,
      [headers.deathCode]: failure.code,
      [headers.deathReason]: failure.message,
      [headers.originalRoutingKey]: message.fields.routingKey,
    });
  }

  /** Moves a job whose consumer was lost to where jobs are tried one at a time. */
  async isolate(unsettled: Unsettled): Promise<void> {
    await this.moveOn(unsettled, 'caption.isolated', { [headers.attempt]: attemptOf(unsettled.message) });
  }

  private async moveOn(unsettled: Unsettled, routingKey: string, added: Record<string, unknown>): Promise<void> {
    const { channel, message } = unsettled;
    for (let pauseMs = firstPauseMs; !isClosed(channel); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const type = String(message.properties.type);
        await this.publisher.publish({ routingKey, type, body: message.content, headers: added });
        return this.done(unsettled);
      } catch (error) {
        this.logger.warn(`cannot move a message to ${routingKey} now: ${(error as Error).message}`);
        await pause(pauseMs, undefined, { ref: false });
      }
    }
  }
}

/** A channel that closed meanwhile refuses the answer; its messages are back in their queue, so there is nobody to answer. */
function answer(send: () => void): void {
  try {
    send();
  } catch (error) {
    if ((error as Error).name !== 'IllegalOperationError') throw error;
  }
}
