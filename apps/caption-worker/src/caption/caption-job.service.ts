import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  captionCompleted,
  captionFailed,
  captionStarted,
  type CaptionCompleted,
  type CaptionRequested,
} from '@ekphrasis/contracts';
import { isCodedError, type CodedError } from '@ekphrasis/errors';
import type { Caption } from '@ekphrasis/blip';
import { PICTURE_FETCHER, type PictureFetcher } from '@ekphrasis/fetching';
import { Publisher, type Delivery } from '@ekphrasis/messaging';
import { LikeLines } from '@ekphrasis/observability';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { PictureMissingError } from './caption.errors.js';
import { CaptionService } from './caption.service.js';

type Result = Pick<CaptionCompleted, 'description' | 'confidence' | 'captions' | 'model'>;

/** What ends a download, and whom to tell that one is slow. */
interface Waiting {
  signal: AbortSignal;
  onSlow: (isSlow: boolean) => void;
}

/**
 * Does one caption job: fetch, caption, store the result, report it. Every step can be repeated. The result file is written
 * once: whoever comes later, after a crash or in a race, reports what the first one wrote.
 */
@Injectable()
export class CaptionJobs {
  private readonly logger = new Logger(CaptionJobs.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));

  constructor(
    private readonly captions: CaptionService,
    private readonly publisher: Publisher,
    @Inject(PICTURE_FETCHER) private readonly fetcher: PictureFetcher,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
  ) {}

  /** Resolves when the outcome, a caption or a permanent failure, is durable and reported. @throws what may pass */
  async run({ message: job, attempt, signal, slow }: Delivery<CaptionRequested>): Promise<void> {
    const startedAt = new Date().toISOString();
    try {
      const result = await this.resultOf(job, { attempt, startedAt }, { signal, onSlow: slow });
      await this.publisher.send(captionCompleted, {
        imageId: job.imageId,
        ...result,
        attempt,
        startedAt,
        completedAt: new Date().toISOString(),
      });
    } catch (error) {
      if (!isCodedError(error) || error.retryable) throw error;
      return this.reportFailure(job, error, { attempt, startedAt });
    }
    await this.forgetPicture(job);
  }

  private async resultOf(
    job: CaptionRequested,
    start: { attempt: number; startedAt: string },
    waiting: Waiting,
  ): Promise<Result> {
    const { signal } = waiting;
    const key = `${job.imageId}.txt`;
    // first of all: an image of which nothing is heard for long counts as lost, also where storage is what keeps it waiting
    this.announce(job, start);
    const earlier = await this.storage.read(key, signal);
    if (earlier) return this.earlierResult(job, textOf(earlier), waiting);
    const caption = await this.captionOf(job, waiting);
    const kept = textOf(await this.storage.writeOnce(key, Buffer.from(caption.text, 'utf8'), signal));
    return this.resultWith(kept, caption);
  }

  /**
   * The file holds the best caption alone. Where several were asked for they are made again, if they can be; what the file says
   * stays the description whatever comes of that.
   */
  private async earlierResult(job: CaptionRequested, kept: string, waiting: Waiting): Promise<Result> {
    if ((job.options?.captions ?? 1) === 1) return { description: kept };
    try {
      return this.resultWith(kept, await this.captionOf(job, waiting));
    } catch (error) {
      waiting.signal.throwIfAborted();
      this.logger.warn(`image ${job.imageId}: only its first caption is left: ${(error as Error).message}`);
      return { description: kept };
    }
  }

  /** All of a caption where its words are what the file says; else those alone. */
  private resultWith(kept: string, { text, confidence, sentences }: Caption): Result {
    if (kept !== text) return { description: kept };
    const captions = sentences.map((sentence) => ({ text: sentence.text, confidence: sentence.confidence }));
    return {
      description: text,
      confidence,
      ...(captions.length > 1 && { captions }),
      model: this.captions.modelName,
    };
  }

  private async captionOf(job: CaptionRequested, waiting: Waiting): Promise<Caption> {
    return this.captions.caption(await this.pictureOf(job, waiting), job.options ?? {}, waiting.signal);
  }

  private async pictureOf({ url, pictureKey }: CaptionRequested, waiting: Waiting): Promise<Uint8Array> {
    if (url !== undefined) return this.fetcher.fetch(url, waiting);
    const picture = await this.storage.read(pictureKey ?? '', waiting.signal);
    if (!picture) throw new PictureMissingError(pictureKey ?? '');
    return picture;
  }

  /** For people who watch; nobody waits for it. */
  private announce({ imageId }: CaptionRequested, start: { attempt: number; startedAt: string }): void {
    this.publisher.send(captionStarted, { imageId, ...start }, { transient: true }).catch((error: Error) => {
      this.logger.debug(`image ${imageId}: its start was not announced: ${error.message}`);
    });
  }

  private async reportFailure(
    { imageId }: CaptionRequested,
    { code, message }: CodedError,
    start: { attempt: number; startedAt: string },
  ): Promise<void> {
    this.failures.say(`${code} ${message}`, `image ${imageId} failed (${code}): ${message}`);
    const failedAt = new Date().toISOString();
    await this.publisher.send(captionFailed, { imageId, code, reason: message, ...start, failedAt });
  }

  /** An uploaded picture is not kept once it is described. One that stays behind is harmless. */
  private async forgetPicture({ imageId, pictureKey }: CaptionRequested): Promise<void> {
    if (pictureKey === undefined) return;
    await this.storage.remove(pictureKey).catch((error: Error) => {
      this.logger.warn(`image ${imageId}: its picture stays in storage: ${error.message}`);
    });
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
