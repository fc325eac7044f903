import { Logger } from '@nestjs/common';
import { ModelBrokenError } from '@ekphrasis/blip';
import type { CaptionRequested } from '@ekphrasis/contracts';
import type { PictureFetcher } from '@ekphrasis/fetching';
import type { Consumers, DeferredJobConsumer, Delivery, JobConsumer, JobConsumerOptions } from '@ekphrasis/messaging';
import type { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { CaptionConsumer } from './caption.consumer.js';
import type { CaptionJobs } from './caption-job.service.js';

describe('CaptionConsumer', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('takes no more jobs and is not ready once the model is broken', async () => {
    const handlers: JobConsumerOptions['handle'][] = [];
    const cancel = jest.fn(async () => undefined);
    const jobs = ({ handle }: JobConsumerOptions): JobConsumer => {
      handlers.push(handle);
      return { check: async () => undefined, cancel } as unknown as JobConsumer;
    };
    const deferredJobs = () => ({ check: async () => undefined, cancel }) as unknown as DeferredJobConsumer;
    const failing = { run: () => Promise.reject(new ModelBrokenError('no number')) };
    const consumer = new CaptionConsumer(
      { jobs, deferredJobs } as unknown as Consumers,
      failing as unknown as CaptionJobs,
      {} as PictureFetcher,
      { FETCH_SLOW_DOWNLOADS: 64 },
      { CAPTION_BATCH_SIZE: 8 } as CaptionWorkerSettings,
    );
    consumer.onApplicationBootstrap();
    await consumer.check();

    for (const handle of handlers) {
      await expect(handle({} as Delivery<CaptionRequested>)).rejects.toMatchObject({ code: 'model-broken' });
    }
    expect(cancel).toHaveBeenCalledTimes(3);
    await expect(consumer.check()).rejects.toThrow('no number');
  });
});
