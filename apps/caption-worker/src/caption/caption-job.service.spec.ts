import { CodedError } from '@ekphrasis/errors';
import type { CaptionRequested } from '@ekphrasis/contracts';
import { byUrl, SimulatedCaptionJobs, slow, uploaded } from '../../test/caption-jobs.js';

/** Jobs that come again, or that somebody else had, are in repeated-jobs.spec.ts. */
describe('CaptionJobs', () => {
  let simulated: SimulatedCaptionJobs;

  beforeEach(() => {
    simulated = new SimulatedCaptionJobs();
  });

  it('fetches, captions, writes the result, and reports it', async () => {
    await simulated.run(byUrl, 2);
    expect(simulated.fetch).toHaveBeenCalledWith(byUrl.url, { signal: expect.any(AbortSignal), onSlow: slow });
    expect(simulated.textAt('17.txt')).toBe('a cat');
    expect(simulated.publisher.sent.map(([key]) => key)).toEqual(['caption.started', 'caption.completed']);
    expect(simulated.reports()[0]![1]).toEqual({
      imageId: 17,
      nonce: 'aa',
      description: 'a cat',
      confidence: 0.5,
      model: 'reading',
      attempt: 2,
      startedAt: expect.any(String),
      completedAt: expect.any(String),
    });
    expect(simulated.publisher.sent[0]![1]).toMatchObject({ imageId: 17, nonce: 'aa' });
  });

  it('writes the caption alone, in UTF-8', async () => {
    simulated.fetch.mockResolvedValue(Buffer.from('ein Kätzchen 🐈'));
    await simulated.run(byUrl);
    expect(simulated.storage.objects.get('17.txt')).toEqual(Buffer.from('ein Kätzchen 🐈', 'utf8'));
  });

  it.each(['not-found', 'address-forbidden', 'host-not-found'])(
    'reports a failure that will not pass: %s',
    async (code) => {
      simulated.fetch.mockRejectedValue(new CodedError(code, 'No such thing', { retryable: false }));
      await simulated.run(byUrl, 3);
      expect(simulated.reports()).toEqual([
        ['caption.failed', expect.objectContaining({ imageId: 17, code, reason: 'No such thing', attempt: 3 })],
      ]);
      expect(simulated.storage.objects.size).toBe(0);
    },
  );

  it('reports a picture that cannot be decoded as failed', async () => {
    simulated.model.failure = new CodedError('not-a-picture', 'It is a page', { retryable: false });
    await simulated.run(byUrl);
    expect(simulated.reports()).toEqual([['caption.failed', expect.objectContaining({ code: 'not-a-picture' })]]);
  });

  it('rejects with what may pass, and reports nothing', async () => {
    simulated.fetch.mockRejectedValue(new CodedError('http-server-error', 'It answered 503', { retryable: true }));
    await expect(simulated.run(byUrl)).rejects.toMatchObject({ code: 'http-server-error' });
    expect(simulated.reports()).toEqual([]);
  });

  it('rejects with an error that nobody foresaw: it may pass', async () => {
    simulated.model.failure = new TypeError('undefined is not a function');
    await expect(simulated.run(byUrl)).rejects.toThrow(TypeError);
    expect(simulated.reports()).toEqual([]);
  });

  it('rejects when the report of a failure is not confirmed', async () => {
    simulated.fetch.mockRejectedValue(new CodedError('not-found', 'No such thing', { retryable: false }));
    simulated.publisher.fails.add('caption.failed');
    await expect(simulated.run(byUrl)).rejects.toMatchObject({ code: 'broker-unavailable' });
  });

  it('does its work although nobody hears that it started', async () => {
    simulated.publisher.fails.add('caption.started');
    await simulated.run(byUrl);
    expect(simulated.reports()).toHaveLength(1);
  });

  describe('options', () => {
    const asking: CaptionRequested = { ...byUrl, options: { prompt: 'a', beams: 3, captions: 2, maxLength: 30 } };
    const both = [
      { text: 'a cat', confidence: 0.5 },
      { text: 'a cat 2', confidence: 0.5 },
    ];

    it('reach the model, and all captions the report; the file has the best alone', async () => {
      await simulated.run(asking);
      expect(simulated.model.asked).toEqual([{ prompt: 'a', numBeams: 3, captions: 2, maxLength: 30 }]);
      expect(simulated.reports()[0]![1]).toMatchObject({ description: 'a cat', captions: both });
      expect(simulated.textAt('17.txt')).toBe('a cat');
    });

    it('are reported in full, too, when the job comes again, though the picture is gone', async () => {
      simulated.publisher.fails.add('caption.completed');
      await expect(simulated.run(asking)).rejects.toMatchObject({ code: 'broker-unavailable' });
      simulated.publisher.fails.clear();
      simulated.fetch.mockRejectedValue(new CodedError('not-found', '', { retryable: false }));
      await simulated.run(asking, 2);
      expect(simulated.reports()[0]![1]).toMatchObject({ description: 'a cat', captions: both, model: 'reading' });
    });

    it('that the model cannot follow end the job as failed', async () => {
      simulated.model.failure = new CodedError('bad-caption-options', 'The prompt is too long', { retryable: false });
      await simulated.run(asking);
      expect(simulated.reports()).toEqual([
        ['caption.failed', expect.objectContaining({ code: 'bad-caption-options' })],
      ]);
    });
  });

  describe('an uploaded picture', () => {
    beforeEach(() => simulated.storage.write('pictures/18-bb', Buffer.from('a bird')));

    it('comes from storage, and stays there to be described anew', async () => {
      await simulated.run(uploaded);
      expect(simulated.fetch).not.toHaveBeenCalled();
      expect([...simulated.storage.objects.keys()].sort()).toEqual(['18.txt', 'pictures/18-bb', 'results/18-bb.json']);
      expect(simulated.reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a bird' })]]);
    });

    it('ends as failed where it is gone', async () => {
      await simulated.storage.remove('pictures/18-bb');
      await simulated.run(uploaded);
      expect(simulated.reports()).toEqual([['caption.failed', expect.objectContaining({ code: 'picture-missing' })]]);
    });

    it.each([
      ['no marker', undefined],
      ['the marker of another system', 'theirs'],
      ['a marker that says nothing yet', ''],
    ])('waits, at no cost, where it is not there and the storage has %s', async (_, marker) => {
      simulated.storage.objects.clear();
      simulated.storage.marker = marker;
      const asked = { ...uploaded, storageId: 'ours' };
      await expect(simulated.run(asked)).rejects.toMatchObject({
        code: 'storage-away',
        retryable: true,
        attemptCounts: false,
      });
      expect(simulated.reports()).toEqual([]);
      await expect(simulated.pictures.check(AbortSignal.timeout(1_000))).rejects.toMatchObject({
        code: 'storage-away',
      });
      // the right one is mounted
      simulated.storage.marker = 'ours';
      simulated.storage.objects.set('pictures/18-bb', Buffer.from('a dog'));
      await simulated.pictures.check(AbortSignal.timeout(1_000));
      await simulated.run(asked);
      expect(simulated.reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a dog' })]]);
    });
  });
});
