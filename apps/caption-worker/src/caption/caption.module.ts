import { Logger, Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { DecoderMemory } from '@ekphrasis/observability';
import { reportSandbox } from '@ekphrasis/pictures';
import { OBJECT_STORAGE, StoredPictures, type ObjectStorage } from '@ekphrasis/storage';
import { ModelModule } from '../model/model.module.js';
import { ModelProvision } from '../model/model-provision.js';
import { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { CaptionConsumer } from './caption.consumer.js';
import { CaptionJobs } from './caption-job.service.js';
import { CaptionResults } from './caption-results.js';
import { CAPTION_MODEL, CaptionService } from './caption.service.js';
import { soundModel } from '../model/sound-model.js';

@Module({
  imports: [ModelModule],
  providers: [
    { provide: CaptionWorkerSettings, useFactory: () => readEnvironment(CaptionWorkerSettings) },
    {
      provide: CAPTION_MODEL,
      useFactory: async (settings: CaptionWorkerSettings, provision: ModelProvision) => {
        const model = await soundModel(await provision.bundle(), {
          batchSize: settings.CAPTION_BATCH_SIZE,
          batchWaitMs: settings.CAPTION_BATCH_WAIT_MS,
          threads: settings.CAPTION_THREADS || undefined,
          decoders: { uid: settings.DECODER_UID, memoryMebibytes: settings.DECODER_MEMORY_MB },
        });
        reportSandbox(new Logger('Decoders'), await model.sandbox());
        return model;
      },
      inject: [CaptionWorkerSettings, ModelProvision],
    },
    CaptionConsumer,
    CaptionJobs,
    CaptionResults,
    CaptionService,
    DecoderMemory,
    {
      provide: StoredPictures,
      useFactory: (storage: ObjectStorage) => new StoredPictures(storage),
      inject: [OBJECT_STORAGE],
    },
  ],
  exports: [StoredPictures, CaptionWorkerSettings],
})
export class CaptionModule {}
