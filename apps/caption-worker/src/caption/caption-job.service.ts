import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  captionCompleted,
  captionFailed,
  captionStarted,
  type CaptionRequested,
  type CaptionResult,
} from '@ekphrasis/contracts';
import { isCodedError, type CodedError } from '@ekphrasis/errors';
import type { Caption } from '@ekphrasis/blip';
import { PICTURE_FETCHER, type PictureFetcher } from '@ekphrasis/fetching';
import { Publisher, type Delivery } from '@ekphrasis/messaging';
import { LikeLines, type FieldsLine } from '@ekphrasis/observability';
import { StoredPictures } from '@ekphrasis/storage';
import { traced } from '@ekphrasis/tracing';
import { CaptionResults } from './caption-results.js';
import { CaptionService } from './caption.service.js';

/** What ends a download, and whom to tell that one is slow. */
interface Waiting {
  signal: AbortSignal;
  onSlow: (isSlow: boolean) => void;
}

/**
 * Does one caption job: fetch, caption, store the result, report it. Every step can be repeated. A job's result is written
 * once: whoever comes later, after a crash or in a race, reports what the first one wrote.
 */
@Injectable()
export class CaptionJobs {
  private readonly logger = new Logger(CaptionJobs.name);
  private readonly failures = new LikeLines<FieldsLine>((line) => this.logger.warn(line));

  constructor(
    private readonly captions: CaptionService,
    private readonly publisher: Publisher,
    private readonly results: CaptionResults,
    @Inject(PICTURE_FETCHER) private readonly fetcher: PictureFetcher,
    private readonly pictures: StoredPictures,
  ) {}

  /** Resolves when the outcome, a caption or a permanent failure, is durable and reported. @throws what may pass */
  async run(delivery: Delivery<CaptionRequested>): Promise<void> {
    const { message: job, attempt, signal, slow } = delivery;
    const startedAt = new Date().toISOString();
    try {
      const result = await this.resultOf(job, { attempt, startedAt }, { signal, onSlow: slow });
      await this.publisher.send(captionCompleted, {
        imageId: job.imageId,
        nonce: job.nonce,
        ...result,
        attempt,
        startedAt,
        completedAt: new Date().toISOString(),
      });
    } catch (error) {
      this.pictures.heed(error);
      if (!isCodedError(error) || error.retryable) throw error;
      return this.reportFailure(delivery, error, startedAt);
    }
  }

  /** Reports the result of an earlier try, and captions nothing where there is none. @returns whether there was one */
  async reportEarlier(delivery: Delivery<CaptionRequested>): Promise<boolean> {
    if (!(await this.results.find(delivery.message, delivery.signal))) return false;
    await this.run(delivery);
    return true;
  }

  private async resultOf(
    job: CaptionRequested,
    start: { attempt: number; startedAt: string },
    waiting: Waiting,
  ): Promise<CaptionResult> {
    const { signal } = waiting;
    // first of all: an image of which nothing is heard for long counts as lost, also where storage is what keeps it waiting
    this.announce(job, start);
    const earlier = await this.results.find(job, signal);
    return earlier ?? this.results.keep(job, this.resultWith(await this.captionOf(job, waiting)), signal);
  }

  private resultWith({ text, confidence, sentences }: Caption): CaptionResult {
    const captions = sentences.map((sentence) => ({ text: sentence.text, confidence: sentence.confidence }));
    return {
      description: text,
      confidence,
      ...(captions.length > 1 && { captions }),
      model: this.captions.modelName,
    };
  }

  private async captionOf(job: CaptionRequested, waiting: Waiting): Promise<Caption> {
    const picture = await this.pictureOf(job, waiting);
    const attributes = { 'ekphrasis.model': this.captions.modelName, 'ekphrasis.bytes': picture.length };
    return traced('caption', { attributes }, () => this.captions.caption(picture, job.options ?? {}, waiting.signal));
  }

  private async pictureOf(job: CaptionRequested, waiting: Waiting): Promise<Uint8Array> {
    const { url, pictureKey = '', storageId } = job;
    if (url !== undefined) return this.fetcher.fetch(url, waiting);
    return this.pictures.read(pictureKey, storageId, waiting.signal);
  }

  /** For people who watch; nobody waits for it. */
  private announce({ imageId, nonce }: CaptionRequested, start: { attempt: number; startedAt: string }): void {
    this.publisher.send(captionStarted, { imageId, nonce, ...start }, { transient: true }).catch((error: Error) => {
      this.logger.debug({ imageId, msg: `the start was not announced: ${error.message}` });
    });
  }

  private async reportFailure(
    { message: { imageId, nonce }, attempt, logFields }: Delivery<CaptionRequested>,
    { code, message: reason }: CodedError,
    startedAt: string,
  ): Promise<void> {
    this.failures.say(`${code} ${reason}`, { ...logFields, code, msg: `image ${imageId} failed (${code}): ${reason}` });
    const failedAt = new Date().toISOString();
    await this.publisher.send(captionFailed, { imageId, nonce, code, reason, attempt, startedAt, failedAt });
  }
}
