import { Injectable, Logger } from '@nestjs/common';
import {
  processingDone,
  processingStarted,
  type ProcessingRequested,
  type ProcessingResult,
} from '@ekphrasis/contracts';
import { Publisher, type Delivery } from '@ekphrasis/messaging';
import { PictureProcessing } from '@ekphrasis/pictures';
import { StoredPictures } from '@ekphrasis/storage';
import { ProcessingResults } from './processing-results.js';
import { stepsOf } from './processing-steps.js';

/**
 * Does one processing job: read the original, process it, store the result, report it. Every step can be repeated. A job's result is
 * written once: whoever comes later, after a crash or in a race, reports what the first one wrote. A picture that cannot be processed
 * makes a dead letter of its job, whose reason becomes the row's.
 */
@Injectable()
export class ProcessingJobs {
  private readonly logger = new Logger(ProcessingJobs.name);

  constructor(
    private readonly processing: PictureProcessing,
    private readonly uploads: StoredPictures,
    private readonly results: ProcessingResults,
    private readonly publisher: Publisher,
  ) {}

  /** Resolves when the result is durable and reported. @throws CodedError, retryable where another try may help */
  async run(delivery: Delivery<ProcessingRequested>): Promise<void> {
    const { message: job, attempt, signal } = delivery;
    const startedAt = new Date().toISOString();
    this.announce(job.jobId, attempt, startedAt);
    const earlier = await this.results.find(job.jobId, signal);
    const result = earlier ?? (await this.resultOf(job, signal));
    await this.report(delivery, result, startedAt);
  }

  /** Reports the result of an earlier try, and processes nothing where there is none. @returns whether there was one */
  async reportEarlier(delivery: Delivery<ProcessingRequested>): Promise<boolean> {
    const result = await this.results.find(delivery.message.jobId, delivery.signal);
    if (result) await this.report(delivery, result, new Date().toISOString());
    return result !== undefined;
  }

  private async resultOf(job: ProcessingRequested, signal: AbortSignal): Promise<ProcessingResult> {
    const bytes = await this.original(job, signal);
    const processed = await this.processing.process({ bytes, steps: stepsOf(job) }, signal);
    return this.results.keep(job.jobId, processed, signal);
  }

  private async original({ uploadKey, storageId }: ProcessingRequested, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.uploads.read(uploadKey, storageId, signal);
    } catch (error) {
      this.uploads.heed(error);
      throw error;
    }
  }

  private async report(
    { message: { jobId }, attempt }: Delivery<ProcessingRequested>,
    result: ProcessingResult,
    startedAt: string,
  ): Promise<void> {
    const doneAt = new Date().toISOString();
    await this.publisher.send(processingDone, { jobId, ...result, attempt, startedAt, doneAt });
  }

  /** For people who watch; nobody waits for it. */
  private announce(jobId: string, attempt: number, startedAt: string): void {
    this.publisher.send(processingStarted, { jobId, attempt, startedAt }, { transient: true }).catch((error: Error) => {
      this.logger.debug({ jobId, msg: `the start was not announced: ${error.message}` });
    });
  }
}
