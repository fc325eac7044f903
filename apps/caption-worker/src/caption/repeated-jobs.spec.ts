import { captionResult, type CaptionRequested } from '@ekphrasis/contracts';
import { byUrl, requestedAt, SimulatedCaptionJobs, slow } from '../../test/caption-jobs.js';

describe('CaptionJobs, for a job that comes again or that somebody else has', () => {
  let simulated: SimulatedCaptionJobs;

  beforeEach(() => {
    simulated = new SimulatedCaptionJobs();
  });

  it('reports what an earlier try has stored when it is asked for that alone, and else does nothing', async () => {
    const delivery = { message: byUrl, attempt: 6, signal: new AbortController().signal, slow, logFields: {} };
    expect(await simulated.jobs.reportEarlier(delivery)).toBe(false);
    expect(simulated.publisher.sent).toEqual([]);
    expect(simulated.fetch).not.toHaveBeenCalled();
    await simulated.run(byUrl);
    expect(await simulated.jobs.reportEarlier(delivery)).toBe(true);
    expect(simulated.fetch).toHaveBeenCalledTimes(1);
    expect(simulated.reports()[1]![1]).toMatchObject({ imageId: 17, description: 'a cat', attempt: 6 });
  });

  it('reports what it came to before, in full, without fetching or captioning again', async () => {
    await simulated.run(byUrl);
    await simulated.run(byUrl, 2);
    expect(simulated.fetch).toHaveBeenCalledTimes(1);
    const [first, second] = simulated.reports().map(([, report]) => report);
    expect(second).toEqual({ ...first, attempt: 2, startedAt: expect.any(String), completedAt: expect.any(String) });
  });

  it('rejects when its report is not confirmed, and reports the same result the next time', async () => {
    simulated.publisher.fails.add('caption.completed');
    await expect(simulated.run(byUrl)).rejects.toMatchObject({ code: 'broker-unavailable', retryable: true });
    simulated.publisher.fails.clear();
    simulated.fetch.mockResolvedValue(Buffer.from('something else by now'));
    await simulated.run(byUrl, 2);
    expect(simulated.reports()).toEqual([
      ['caption.completed', expect.objectContaining({ description: 'a cat', attempt: 2 })],
    ]);
    expect(simulated.model.seen).toEqual(['a cat']);
  });

  it('reports what another worker wrote first, and not what it would have written', async () => {
    simulated.storage.racer = captionResult
      .encode({ description: 'a dog', confidence: 0.25, model: 'other' })
      .toString();
    await simulated.run(byUrl);
    expect(simulated.textAt('17.txt')).toBe('a dog');
    expect(simulated.reports()).toEqual([
      [
        'caption.completed',
        expect.objectContaining({ nonce: 'aa', description: 'a dog', confidence: 0.25, model: 'other' }),
      ],
    ]);
  });

  describe('with the id of an image of a lost life of the database', () => {
    const other: CaptionRequested = { ...byUrl, nonce: 'zz' };

    it('takes nothing of the other for its own', async () => {
      await simulated.run(other);
      simulated.fetch.mockResolvedValue(Buffer.from('a dog'));
      await simulated.run(byUrl);
      expect(simulated.reports()[1]![1]).toMatchObject({ nonce: 'aa', description: 'a dog' });
      expect(simulated.textAt('17.txt')).toBe('a dog');
    });

    it('puts the file right when it comes again, whoever wrote it last', async () => {
      await simulated.run(byUrl);
      simulated.fetch.mockResolvedValue(Buffer.from('a dog'));
      await simulated.run(other);
      expect(simulated.textAt('17.txt')).toBe('a dog');
      await simulated.run(byUrl, 2);
      expect(simulated.textAt('17.txt')).toBe('a cat');
      expect(simulated.reports()[2]![1]).toMatchObject({ nonce: 'aa', description: 'a cat' });
    });

    it('takes no file of an earlier version for its own', async () => {
      await simulated.storage.write('17.txt', Buffer.from('a dog'));
      await simulated.run(byUrl);
      expect(simulated.reports()[0]![1]).toMatchObject({ description: 'a cat' });
      expect(simulated.textAt('17.txt')).toBe('a cat');
    });
  });

  describe('of an earlier version, without a nonce', () => {
    const old: CaptionRequested = { imageId: 17, url: 'https://example.org/a.png', requestedAt };

    it('has the file alone, and reports without a nonce', async () => {
      await simulated.run(old);
      expect([...simulated.storage.objects.keys()]).toEqual(['17.txt']);
      expect(simulated.textAt('17.txt')).toBe('a cat');
      expect(simulated.reports()[0]![1]).toMatchObject({ description: 'a cat', nonce: undefined });
    });

    it('reports an earlier result without fetching or captioning again', async () => {
      await simulated.storage.write('17.txt', Buffer.from('a dog'));
      await simulated.run(old, 2);
      expect(simulated.fetch).not.toHaveBeenCalled();
      expect(simulated.reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a dog' })]]);
      expect(simulated.reports()[0]![1]).not.toHaveProperty('confidence');
    });

    it('reports what another worker wrote first', async () => {
      simulated.storage.racer = 'a dog';
      await simulated.run(old);
      expect(simulated.textAt('17.txt')).toBe('a dog');
      expect(simulated.reports()).toEqual([['caption.completed', expect.objectContaining({ description: 'a dog' })]]);
      expect(simulated.reports()[0]![1]).not.toHaveProperty('model');
    });
  });
});
