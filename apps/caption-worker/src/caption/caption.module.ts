import { Module } from '@nestjs/common';
import { loadCaptionModel } from '@ekphrasis/blip';
import { readEnvironment } from '@ekphrasis/configuration';
import { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { CaptionConsumer } from './caption.consumer.js';
import { CaptionJobs } from './caption-job.service.js';
import { CAPTION_MODEL, CaptionService } from './caption.service.js';
import { DecoderMemory } from './decoder-memory.metrics.js';

@Module({
  providers: [
    { provide: CaptionWorkerSettings, useFactory: () => readEnvironment(CaptionWorkerSettings) },
    {
      provide: CAPTION_MODEL,
      useFactory: (settings: CaptionWorkerSettings) =>
        loadCaptionModel(settings.MODEL_DIR, {
          batchSize: settings.CAPTION_BATCH_SIZE,
          batchWaitMs: settings.CAPTION_BATCH_WAIT_MS,
          lanes: settings.CAPTION_THREADS || undefined,
        }),
      inject: [CaptionWorkerSettings],
    },
    CaptionConsumer,
    CaptionJobs,
    CaptionService,
    DecoderMemory,
  ],
  exports: [CaptionConsumer, CaptionWorkerSettings],
})
export class CaptionModule {}
