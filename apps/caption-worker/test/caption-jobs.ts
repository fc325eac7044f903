import { Logger } from '@nestjs/common';
import type { Caption, CaptionModel, CaptionOptions, CaptionOutcome } from '@ekphrasis/blip';
import type { CaptionRequested, MessageContract } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import type { FetchOptions, PictureFetcher } from '@ekphrasis/fetching';
import type { Publisher } from '@ekphrasis/messaging';
import { StoredPictures } from '@ekphrasis/storage';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { CaptionJobs } from '../src/caption/caption-job.service.js';
import { CaptionResults } from '../src/caption/caption-results.js';
import { CaptionService } from '../src/caption/caption.service.js';

/** Objects in memory; `racer` is what another worker writes just before this one. */
class RacedStorage extends MemoryStorage {
  override marker?: string = 'ours';
  racer?: string;

  override async writeOnce(...[key, ...given]: Parameters<MemoryStorage['writeOnce']>): Promise<Uint8Array> {
    if (this.racer !== undefined) this.objects.set(key, Buffer.from(this.racer));
    return super.writeOnce(key, ...given);
  }
}

/** Says of a picture what its bytes say. */
class ReadingModel implements CaptionModel {
  readonly name = 'reading';
  readonly seen: string[] = [];
  readonly asked: CaptionOptions[] = [];
  failure?: Error;

  async caption(pictures: readonly Uint8Array[], options: CaptionOptions = {}): Promise<CaptionOutcome[]> {
    this.asked.push(options);
    return pictures.map((picture) => {
      const text = Buffer.from(picture).toString();
      this.seen.push(text);
      if (this.failure) return { error: this.failure };
      const sentence = { text, confidence: 0.5, tokenIds: [] };
      const others = Array.from({ length: (options.captions ?? 1) - 1 }, (_, index) => ({
        ...sentence,
        text: `${text} ${index + 2}`,
      }));
      const sentences = [sentence, ...others];
      const caption: Caption = { ...sentence, sentences, timings: { decode: 0, encode: 0, generate: 0 } };
      return { caption };
    });
  }
  async close(): Promise<void> {}
}

class RecordingPublisher {
  readonly sent: [string, object][] = [];
  fails = new Set<string>();

  async send<T extends object>({ routingKey }: MessageContract<T>, message: T): Promise<void> {
    if (this.fails.has(routingKey)) throw new CodedError('broker-unavailable', 'It is away', { retryable: true });
    this.sent.push([routingKey, { ...message }]);
  }
}

export const requestedAt = '2026-01-01T00:00:00.000Z';
export const byUrl: CaptionRequested = { imageId: 17, nonce: 'aa', url: 'https://example.org/a.png', requestedAt };
export const uploaded: CaptionRequested = { imageId: 18, nonce: 'bb', pictureKey: 'pictures/18-bb', requestedAt };

/** What is called where a download is slow. */
export const slow = (): void => undefined;

/** Caption jobs with fakes of all that is around them. */
export class SimulatedCaptionJobs {
  readonly storage = new RacedStorage();
  readonly model = new ReadingModel();
  readonly publisher = new RecordingPublisher();
  readonly fetch = jest.fn(async (_url: string, _options?: FetchOptions): Promise<Uint8Array> => Buffer.from('a cat'));
  readonly pictures = new StoredPictures(this.storage);
  readonly jobs: CaptionJobs;

  constructor() {
    Logger.overrideLogger(false);
    const hosts = {
      refusalOf: () => undefined,
      admission: () => ({ places: 1, until: 0 }),
      away: () => undefined,
    };
    const fetcher: PictureFetcher = { fetch: this.fetch, hosts, close: async () => undefined };
    this.jobs = new CaptionJobs(
      new CaptionService(this.model),
      this.publisher as unknown as Publisher,
      new CaptionResults(this.storage),
      fetcher,
      this.pictures,
    );
  }

  run(message: CaptionRequested, attempt = 1): Promise<void> {
    return this.jobs.run({ message, attempt, signal: new AbortController().signal, slow, logFields: {} });
  }

  /** Reports that were sent, but for those that a job has started. */
  reports(): [string, object][] {
    return this.publisher.sent.filter(([key]) => key !== 'caption.started');
  }

  textAt(key: string): string {
    return Buffer.from(this.storage.objects.get(key) ?? []).toString();
  }
}
