import { Injectable, Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { captionRetryKey, headers, maxAttempts } from '@ekphrasis/contracts';
import { CodedError, isCodedError } from '@ekphrasis/errors';
import { attemptOf } from './delivery.js';
import { Publisher } from './publisher.js';

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
 * | any other error                                 | published to the dead letters, confirmed, acked   |
 * | its worker was lost, to be tried alone          | published to the isolated queue, confirmed, acked |
 * | the publish above fails                         | returned to its queue, which counts the delivery  |
 * | its channel is gone                             | nothing: the broker has requeued it already       |
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
    try {
      await this.publisher.publish({
        routingKey,
        type: String(message.properties.type),
        body: message.content,
        headers: added,
      });
    } catch (error) {
      this.logger.warn(`cannot move a message to ${routingKey}, returned to its queue: ${(error as Error).message}`);
      answer(() => channel.nack(message, false, true));
      return;
    }
    this.done(unsettled);
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
