import { Logger } from '@nestjs/common';
import type { Caption, CaptionModel, CaptionOptions, CaptionOutcome } from '@ekphrasis/blip';
import { captionResult, type CaptionRequested, type MessageContract } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import type { FetchOptions, PictureFetcher } from '@ekphrasis/fetching';
import type { Publisher } from '@ekphrasis/messaging';
import { CaptionJobs } from './caption-job.service.js';
import { CaptionResults } from './caption-results.js';
import { CaptionService } from './caption.service.js';
import { StoredPictures } from '@ekphrasis/storage';
import { MemoryStorage } from '../../../../test/support/memory-storage.js';

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

const requestedAt = '2026-01-01T00:00:00.000Z';
const byUrl: CaptionRequested = { imageId: 17, nonce: 'aa', url: 'https://example.org/a.png', requestedAt };
const uploaded: CaptionRequested = { imageId: 18, nonce: 'bb', pictureKey: 'pictures/18-bb', requestedAt };

const slow = (): void => undefined;

describe('CaptionJobs', () => {
  let storage: RacedStorage;
  let model: ReadingModel;
  let publisher: RecordingPublisher;
  let fetch: jest.Mock<Promise<Uint8Array>, [url: string, options?: FetchOptions]>;
  let jobs: CaptionJobs;
  let pictures: StoredPictures;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    storage = new RacedStorage();
    model = new ReadingModel();
    publisher = new RecordingPublisher();
    fetch = jest.fn(async (_url: string, _options?: FetchOptions): Promise<Uint8Array> => Buffer.from('a cat'));
    const hosts = {
      refusalOf: () => undefined,
      admission: () => ({ places: 1, until: 0 }),
      away: () => undefined,
    };
    const fetcher: PictureFetcher = { fetch, hosts, close: async () => undefined };
    pictures = new StoredPictures(storage);
    jobs = new CaptionJobs(
      new CaptionService(model),
      publisher as unknown as Publisher,
      new CaptionResults(storage),
      fetcher,
      pictures,
    );
  });

  const run = (message: CaptionRequested, attempt = 1) =>
    jobs.run({ message, attempt, signal: new AbortController().signal, slow, logFields: {} });
  const reports = () => publisher.sent.filter(([key]) => key !== 'caption.started');
  const textAt = (key: string) => Buffer.from(storage.objects.get(key) ?? []).toString();

  it('fetches, captions, writes the result, and reports it', async () => {
    await run(byUrl, 2);
    expect(fetch).toHaveBeenCalledWith(byUrl.url, { signal: expect.any(AbortSignal), onSlow: slow });
    expect(textAt('17.txt')).toBe('a cat');
    expect(publisher.sent.map(([key]) => key)).toEqual(['caption.started', 'caption.completed']);
    expect(reports()[0]![1]).toEqual({
      imageId: 17,
      nonce: 'aa',
      description: 'a cat',
      confidence: 0.5,
      model: 'reading',
      attempt: 2,
      startedAt: expect.any(String),
      completedAt: expect.any(String),
    });
    expect(publisher.sent[0]![1]).toMatchObject({ imageId: 17, nonce: 'aa' });
  });

  it('reports what an earlier try has stored when it is asked for that alone, and else does nothing', async () => {
    const delivery = { message: byUrl, attempt: 6, signal: new AbortController().signal, slow, logFields: {} };
    expect(await jobs.reportEarlier(delivery)).toBe(false);
    expect(publisher.sent).toEqual([]);
    expect(fetch).not.toHaveBeenCalled();
    await run(byUrl);
    expect(await jobs.reportEarlier(delivery)).toBe(true);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(reports()[1]![1]).toMatchObject({ imageId: 17, description: 'a cat', attempt: 6 });
  });

  it('writes the caption alone, in UTF-8', async () => {
    fetch.mockResolvedValue(Buffer.from('ein Kätzchen 🐈'));
    await run(byUrl);
    expect(storage.objects.get('17.txt')).toEqual(Buffer.from('ein Kätzchen 🐈', 'utf8'));
  });

  it('reports what it came to before, in full, without fetching or captioning again', async () => {
    await run(byUrl);
    await run(byUrl, 2);
    expect(fetch).toHaveBeenCalledTimes(1);
    const [first, second] = reports().map(([, report]) => report);
    expect(second).toEqual({ ...first, attempt: 2, startedAt: expect.any(String), completedAt: expect.any(String) });
  });

  it('reports what another worker wrote first, and not what it would have written', async () => {
    storage.racer = captionResult.encode({ description: 'a dog', confidence: 0.25, model: 'other' }).toString();
    await run(byUrl);
    expect(textAt('17.txt')).toBe('a dog');
    expect(reports()).toEqual([
      [
        'caption.completed',
        expect.objectContaining({ nonce: 'aa', description: 'a dog', confidence: 0.25, model: 'other' }),
      ],
    ]);
  });

  describe('with the id of an image of a lost life of the database', () => {
    const other: CaptionRequested = { ...byUrl, nonce: 'zz' };

    it('takes nothing of the other for its own', async () => {
      await run(other);
      fetch.mockResolvedValue(Buffer.from('a dog'));
      await run(byUrl);
      expect(reports()[1]![1]).toMatchObject({ nonce: 'aa', description: 'a dog' });
      expect(textAt('17.txt')).toBe('a dog');
    });

    it('puts the file right when it comes again, whoever wrote it last', async () => {
      await run(byUrl);
      fetch.mockResolvedValue(Buffer.from('a dog'));
      await run(other);
      expect(textAt('17.txt')).toBe('a dog');
      await run(byUrl, 2);
      expect(textAt('17.txt')).toBe('a cat');
      expect(reports()[2]![1]).toMatchObject({ nonce: 'aa', description: 'a cat' });
    });

    it('takes no file of an earlier version for its own', async () => {
      await storage.write('17.txt', Buffer.from('a dog'));
      await run(byUrl);
      expect(reports()[0]![1]).toMatchObject({ description: 'a cat' });
      expect(textAt('17.txt')).toBe('a cat');
    });
  });

  describe('of an earlier version, without a nonce', () => {
    const old: CaptionRequested = { imageId: 17, url: 'https://example.org/a.png', requestedAt };

    it('has the file alone, and reports without a nonce', async () => {
      await run(old);
      expect([...storage.objects.keys()]).toEqual(['17.txt']);
      expect(textAt('17.txt')).toBe('a cat');
      expect(reports()[0]![1]).toMatchObject({ description: 'a cat', nonce: undefined });
    });

    it('reports an earlier result without fetching or captioning again', async () => {
      await storage.write('17.txt', Buffer.from('a dog'));
      await run(old, 2);
      expect(fetch).not.toHaveBeenCalled();
      expect(reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a dog' })]]);
      expect(reports()[0]![1]).not.toHaveProperty('confidence');
    });

    it('reports what another worker wrote first', async () => {
      storage.racer = 'a dog';
      await run(old);
      expect(textAt('17.txt')).toBe('a dog');
      expect(reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a dog' })]]);
      expect(reports()[0]![1]).not.toHaveProperty('model');
    });
  });

  it.each(['not-found', 'address-forbidden', 'host-not-found'])(
    'reports a failure that will not pass: %s',
    async (code) => {
      fetch.mockRejectedValue(new CodedError(code, 'No such thing', { retryable: false }));
      await run(byUrl, 3);
      expect(reports()).toEqual([
        ['caption.failed', expect.objectContaining({ imageId: 17, code, reason: 'No such thing', attempt: 3 })],
      ]);
      expect(storage.objects.size).toBe(0);
    },
  );

  it('reports a picture that cannot be decoded as failed', async () => {
    model.failure = new CodedError('not-a-picture', 'It is a page', { retryable: false });
    await run(byUrl);
    expect(reports()).toEqual([['caption.failed', expect.objectContaining({ code: 'not-a-picture' })]]);
  });

  it('rejects with what may pass, and reports nothing', async () => {
    fetch.mockRejectedValue(new CodedError('http-server-error', 'It answered 503', { retryable: true }));
    await expect(run(byUrl)).rejects.toMatchObject({ code: 'http-server-error' });
    expect(reports()).toEqual([]);
  });

  it('rejects with an error that nobody foresaw: it may pass', async () => {
    model.failure = new TypeError('undefined is not a function');
    await expect(run(byUrl)).rejects.toThrow(TypeError);
    expect(reports()).toEqual([]);
  });

  it('rejects when its report is not confirmed, and reports the same result the next time', async () => {
    publisher.fails.add('caption.completed');
    await expect(run(byUrl)).rejects.toMatchObject({ code: 'broker-unavailable', retryable: true });
    publisher.fails.clear();
    fetch.mockResolvedValue(Buffer.from('something else by now'));
    await run(byUrl, 2);
    expect(reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a cat', attempt: 2 })]]);
    expect(model.seen).toEqual(['a cat']);
  });

  it('rejects when the report of a failure is not confirmed', async () => {
    fetch.mockRejectedValue(new CodedError('not-found', 'No such thing', { retryable: false }));
    publisher.fails.add('caption.failed');
    await expect(run(byUrl)).rejects.toMatchObject({ code: 'broker-unavailable' });
  });

  it('does its work although nobody hears that it started', async () => {
    publisher.fails.add('caption.started');
    await run(byUrl);
    expect(reports()).toHaveLength(1);
  });

  describe('options', () => {
    const asking: CaptionRequested = { ...byUrl, options: { prompt: 'a', beams: 3, captions: 2, maxLength: 30 } };
    const both = [
      { text: 'a cat', confidence: 0.5 },
      { text: 'a cat 2', confidence: 0.5 },
    ];

    it('reach the model, and all captions the report; the file has the best alone', async () => {
      await run(asking);
      expect(model.asked).toEqual([{ prompt: 'a', numBeams: 3, captions: 2, maxLength: 30 }]);
      expect(reports()[0]![1]).toMatchObject({ description: 'a cat', captions: both });
      expect(textAt('17.txt')).toBe('a cat');
    });

    it('are reported in full, too, when the job comes again, though the picture is gone', async () => {
      publisher.fails.add('caption.completed');
      await expect(run(asking)).rejects.toMatchObject({ code: 'broker-unavailable' });
      publisher.fails.clear();
      fetch.mockRejectedValue(new CodedError('not-found', '', { retryable: false }));
      await run(asking, 2);
      expect(reports()[0]![1]).toMatchObject({ description: 'a cat', captions: both, model: 'reading' });
    });

    it('that the model cannot follow end the job as failed', async () => {
      model.failure = new CodedError('bad-caption-options', 'The prompt is too long', { retryable: false });
      await run(asking);
      expect(reports()).toEqual([['caption.failed', expect.objectContaining({ code: 'bad-caption-options' })]]);
    });
  });

  describe('an uploaded picture', () => {
    beforeEach(() => storage.write('pictures/18-bb', Buffer.from('a bird')));

    it('comes from storage, and stays there to be described anew', async () => {
      await run(uploaded);
      expect(fetch).not.toHaveBeenCalled();
      expect([...storage.objects.keys()].sort()).toEqual(['18.txt', 'pictures/18-bb', 'results/18-bb.json']);
      expect(reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a bird' })]]);
    });

    it('ends as failed where it is gone', async () => {
      await storage.remove('pictures/18-bb');
      await run(uploaded);
      expect(reports()).toEqual([['caption.failed', expect.objectContaining({ code: 'picture-missing' })]]);
    });

    it.each([
      ['no marker', undefined],
      ['the marker of another system', 'theirs'],
      ['a marker that says nothing yet', ''],
    ])('waits, at no cost, where it is not there and the storage has %s', async (_, marker) => {
      storage.objects.clear();
      storage.marker = marker;
      const asked = { ...uploaded, storageId: 'ours' };
      await expect(run(asked)).rejects.toMatchObject({ code: 'storage-away', retryable: true, attemptCounts: false });
      expect(reports()).toEqual([]);
      await expect(pictures.check(AbortSignal.timeout(1_000))).rejects.toMatchObject({ code: 'storage-away' });
      // the right one is mounted
      storage.marker = 'ours';
      storage.objects.set('pictures/18-bb', Buffer.from('a dog'));
      await pictures.check(AbortSignal.timeout(1_000));
      await run(asked);
      expect(reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a dog' })]]);
    });
  });
});
