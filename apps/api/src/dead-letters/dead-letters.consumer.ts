import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { captionRequested, imageRecorded, reportedJobIn, topology, type CaptionRequested } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import {
  Consumers,
  deadLetterOf,
  deadLetterQueuesOf,
  deadLetterSource,
  Publisher,
  type DeadLetter,
  type DeadLetterQueue,
} from '@ekphrasis/messaging';
import { DeadLetters } from './dead-letters.service.js';

/**
 * Brings dead letters from their queues into the database, where they can be listed and sent again. Jobs that workers gave back
 * come by the same queue, since that is the one way for them that an alarm of the broker leaves open: they go to the outbox.
 */
@Injectable()
export class DeadLettersConsumer implements OnApplicationBootstrap {
  private readonly logger = new Logger(DeadLettersConsumer.name);

  constructor(
    private readonly consumers: Consumers,
    private readonly deadLetters: DeadLetters,
    private readonly publisher: Publisher,
  ) {}

  onApplicationBootstrap(): void {
    for (const from of topology.jobs.flatMap(deadLetterQueuesOf)) {
      this.consumers.batches<DeadLetter>({
        readiness: 'dead-letters',
        source: deadLetterSource(from),
        decode: (message) => deadLetterOf(message, from.job),
        prefetch: 50,
        batchSize: 1,
        handle: async ([letter]) => {
          if (letter) await this.keep(from, letter);
        },
      });
    }
  }

  /** The last stop: whatever goes wrong here is waited out, since there is nowhere to put the letter instead. */
  private async keep({ queue, holdsJobs }: DeadLetterQueue, letter: DeadLetter): Promise<void> {
    const { imageId, nonce } = holdsJobs ? this.jobIn(letter) : reportedJobIn(letter.body);
    try {
      if (letter.givenBack && imageId !== undefined) return await this.deadLetters.sendGivenBack(imageId);
      const failed = await this.deadLetters.keep({ ...letter, queue, imageId, nonce });
      if (!failed || imageId === undefined) return;
      await this.publisher.send(imageRecorded, { images: [{ imageId, status: 'failed' }] }, { transient: true });
    } catch (error) {
      throw new CodedError('dead-letter-not-kept', (error as Error).message, { retryable: true, cause: error });
    }
  }

  private jobIn(letter: DeadLetter): Partial<CaptionRequested> {
    try {
      return captionRequested.decode(letter.body);
    } catch (error) {
      this.logger.warn(`kept a dead letter that is no job: ${(error as Error).message}`);
      return {};
    }
  }
}
