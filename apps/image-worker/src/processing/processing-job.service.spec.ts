import { Logger } from '@nestjs/common';
import { processingResult, type MessageContract, type ProcessingRequested } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import type { Publisher } from '@ekphrasis/messaging';
import type { PictureProcessing, ProcessedPicture, ProcessingCall } from '@ekphrasis/pictures';
import { StoredPictures } from '@ekphrasis/storage';
import { MemoryStorage } from '../../../../test/support/memory-storage.js';
import { ProcessingJobs } from './processing-job.service.js';
import { ProcessingResults } from './processing-results.js';

const jobId = '7b1f1a0e-6c1d-4f0a-9a54-0c5a6f2f5a11';
const job: ProcessingRequested = {
  jobId,
  uploadKey: jobId,
  storageId: 'ours',
  operations: ['filter', 'resize'],
  options: { resize: { width: 20 } },
  requestedAt: '2026-01-01T00:00:00.000Z',
};
const ofOther = { processedKey: `${jobId}-other.png`, width: 1, height: 1, bytes: 1, format: 'png' };

describe('ProcessingJobs', () => {
  let uploads: MemoryStorage;
  let processed: MemoryStorage;
  let calls: ProcessingCall[];
  let failure: Error | undefined;
  let sent: [string, object][];
  let isBrokerAway: boolean;
  let jobs: ProcessingJobs;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    uploads = new MemoryStorage();
    uploads.marker = 'ours';
    uploads.objects.set(jobId, Buffer.from('an original'));
    processed = new MemoryStorage();
    calls = [];
    failure = undefined;
    sent = [];
    isBrokerAway = false;
    const processing = {
      process: async (call: ProcessingCall): Promise<ProcessedPicture> => {
        calls.push(call);
        if (failure) throw failure;
        return { picture: Buffer.from('a picture'), width: 20, height: 10, format: 'png' };
      },
    } as unknown as PictureProcessing;
    const publisher = {
      send: async <T extends object>({ routingKey }: MessageContract<T>, message: T) => {
        if (isBrokerAway) throw new CodedError('broker-unavailable', 'It is away', { retryable: true });
        sent.push([routingKey, message]);
      },
    } as unknown as Publisher;
    jobs = new ProcessingJobs(processing, new StoredPictures(uploads), new ProcessingResults(processed), publisher);
  });

  const delivery = (message = job) => ({
    message,
    attempt: 2,
    signal: new AbortController().signal,
    slow: () => undefined,
    logFields: {},
  });
  const reports = () => sent.filter(([key]) => key === 'processing.done').map(([, report]) => report);

  it('processes the original in the order asked for, stores picture and record, and reports them', async () => {
    await jobs.run(delivery());
    expect(calls).toEqual([
      { bytes: Buffer.from('an original'), steps: [{ operation: 'filter' }, { operation: 'resize', width: 20 }] },
    ]);
    const [report] = reports() as [{ processedKey: string }];
    expect(report).toMatchObject({ jobId, attempt: 2, width: 20, height: 10, bytes: 9, format: 'png' });
    expect(report.processedKey).toMatch(new RegExp(`^${jobId}-[0-9a-f]{16}\\.png$`));
    expect(Buffer.from(processed.objects.get(report.processedKey)!).toString()).toBe('a picture');
    expect(sent[0]![0]).toBe('processing.started');
  });

  it('reports the result of an earlier try, and processes nothing', async () => {
    processed.objects.set(`${jobId}.json`, processingResult.encode(ofOther));
    await jobs.run(delivery());
    expect(calls).toEqual([]);
    expect(reports()).toEqual([expect.objectContaining(ofOther)]);
    expect(await jobs.reportEarlier(delivery())).toBe(true);
    expect(reports()).toHaveLength(2);
  });

  it('has nothing to report where there is no earlier result', async () => {
    expect(await jobs.reportEarlier(delivery())).toBe(false);
    expect(sent).toEqual([]);
  });

  it('reports the first of two results in a race, and leaves no picture of its own', async () => {
    const racer = processed.writeOnce.bind(processed);
    processed.writeOnce = async (key, ...given) => {
      processed.objects.set(key, processingResult.encode(ofOther));
      return racer(key, ...given);
    };
    await jobs.run(delivery());
    expect(reports()).toEqual([expect.objectContaining(ofOther)]);
    expect([...processed.objects.keys()]).toEqual([`${jobId}.json`]);
  });

  it('fails with what the picture failed with, and stores nothing', async () => {
    failure = new CodedError('picture-truncated', 'It ends early', { retryable: false });
    await expect(jobs.run(delivery())).rejects.toMatchObject({ code: 'picture-truncated', retryable: false });
    expect(reports()).toEqual([]);
    expect(processed.objects.size).toBe(0);
  });

  it('tells an original that is gone from a storage that is another one', async () => {
    uploads.objects.delete(jobId);
    await expect(jobs.run(delivery())).rejects.toMatchObject({ code: 'picture-missing', retryable: false });
    uploads.marker = 'another';
    await expect(jobs.run(delivery())).rejects.toMatchObject({ code: 'storage-away', attemptCounts: false });
  });

  it('fails where its report cannot be sent, and finds its result the next time', async () => {
    isBrokerAway = true;
    await expect(jobs.run(delivery())).rejects.toMatchObject({ code: 'broker-unavailable' });
    isBrokerAway = false;
    await jobs.run(delivery());
    expect(calls).toHaveLength(1);
    expect(reports()).toHaveLength(1);
  });
});
