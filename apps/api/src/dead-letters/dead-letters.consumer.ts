import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CodedError, isCodedError } from '@ekphrasis/errors';
import { Consumers, deadLetterOf, deadLetterSource, type DeadLetter } from '@ekphrasis/messaging';
import { DeadLetters } from './dead-letters.service.js';

/**
 * Brings dead letters of every kind of job, and of events, from their queues into the database, where they can be listed and sent again. Jobs that
 * workers gave back come by the same queue, since that is the one way for them that an alarm of the broker leaves open: they go to
 * the outbox.
 */
@Injectable()
export class DeadLettersConsumer implements OnApplicationBootstrap {
  private readonly logger = new Logger(DeadLettersConsumer.name);

  constructor(
    private readonly consumers: Consumers,
    private readonly deadLetters: DeadLetters,
  ) {}

  onApplicationBootstrap(): void {
    for (const queue of this.deadLetters.queues) {
      this.consumers.batches<DeadLetter>({
        readiness: 'dead-letters',
        source: deadLetterSource(queue),
        decode: (message) => deadLetterOf(message, queue.kind),
        prefetch: 50,
        batchSize: 1,
        handle: async ([letter]) => {
          if (letter) await this.untilTaken(() => this.deadLetters.take(queue, letter));
        },
      });
    }
  }

  /** The last stop: whatever goes wrong here is waited out, since there is nowhere to put the letter instead. */
  private async untilTaken(take: () => Promise<void>): Promise<void> {
    try {
      await take();
    } catch (error) {
      // what nobody foresaw is waited out, too, and its stack would be nowhere
      if (!isCodedError(error)) this.logger.error({ err: error, msg: 'a dead letter cannot be kept' });
      throw new CodedError('dead-letter-not-kept', (error as Error).message, { retryable: true, cause: error });
    }
  }
}
