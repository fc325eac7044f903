import { Logger } from '@nestjs/common';
import { ModelBrokenError } from '@ekphrasis/blip';
import type { CaptionRequested, JobDefinition } from '@ekphrasis/contracts';
import type { PictureFetcher } from '@ekphrasis/fetching';
import type { Consumers, Delivery, JobConsumers, JobConsumersOptions } from '@ekphrasis/messaging';
import type { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { CaptionConsumer } from './caption.consumer.js';
import type { CaptionJobs } from './caption-job.service.js';

describe('CaptionConsumer', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('takes no more jobs once the model is broken, and says why', async () => {
    let handle: JobConsumersOptions<CaptionRequested>['handle'] = async () => undefined;
    const takeNoMore = jest.fn(async () => undefined);
    const jobs = (
      _: JobDefinition<CaptionRequested>,
      options: JobConsumersOptions<CaptionRequested>,
    ): JobConsumers<CaptionRequested> => {
      ({ handle } = options);
      return { takeNoMore } as unknown as JobConsumers<CaptionRequested>;
    };
    const failing = { run: () => Promise.reject(new ModelBrokenError('no number')) };
    const consumer = new CaptionConsumer(
      { jobs } as unknown as Consumers,
      failing as unknown as CaptionJobs,
      {} as PictureFetcher,
      { FETCH_SLOW_DOWNLOADS: 64 },
      { CAPTION_BATCH_SIZE: 8 } as CaptionWorkerSettings,
    );
    consumer.onApplicationBootstrap();

    for (let count = 0; count < 2; count += 1) {
      await expect(handle({} as Delivery<CaptionRequested>)).rejects.toMatchObject({ code: 'model-broken' });
    }
    expect(takeNoMore.mock.calls).toEqual([['no number']]);
  });
});
