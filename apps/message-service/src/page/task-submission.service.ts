import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { headers, taskQueue } from '@ekphrasis/contracts';
import { isCodedError } from '@ekphrasis/errors';
import { Publisher, type OutgoingMessage } from '@ekphrasis/messaging';

const patienceMs = 8_000;
const pauseMs = 200;

/** Sends messages to `task_queue`. Each bears its id from the beginning, so that sending it again makes no second result. */
@Injectable()
export class TaskSubmission {
  constructor(private readonly publisher: Publisher) {}

  /**
   * Resolves when the broker has all of them on its disk.
   * @throws {BrokerUnavailableError} {@link PublishUnknownError} {@link PublishRefusedError} when it does not say so in time; some may be answered all the same
   */
  async submit(messages: readonly string[]): Promise<void> {
    const until = Date.now() + patienceMs;
    await Promise.all(messages.map((message) => this.publish(outgoing(message), until)));
  }

  private async publish(message: OutgoingMessage, until: number): Promise<void> {
    for (;;) {
      try {
        return await this.publisher.publish(message);
      } catch (error) {
        if (!isCodedError(error) || !error.retryable || Date.now() + pauseMs > until) throw error;
      }
      await pause(pauseMs);
    }
  }
}

function outgoing(message: string): OutgoingMessage {
  const [routingKey = ''] = taskQueue.routingKeys;
  return {
    routingKey,
    type: routingKey,
    contentType: 'text/plain',
    body: Buffer.from(message, 'utf8'),
    headers: { [headers.deliveryId]: randomUUID() },
  };
}
