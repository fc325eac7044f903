import { Logger, Module } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { readEnvironment } from '@ekphrasis/configuration';
import { DecoderMemory } from '@ekphrasis/observability';
import { decoderSandbox, PictureProcessing, reportSandbox } from '@ekphrasis/pictures';
import { StoredPictures, UPLOADS_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { ImageWorkerSettings } from '../image-worker.settings.js';
import { ProcessingConsumer } from './processing.consumer.js';
import { ProcessingJobs } from './processing-job.service.js';
import { ProcessingResults } from './processing-results.js';

/** Processes that work on pictures, ended with the module by whoever uses them. */
async function startProcessing(settings: ImageWorkerSettings): Promise<PictureProcessing> {
  const { IMAGE_PROCESSES, DECODER_UID: uid, DECODER_MEMORY_MB: memoryMebibytes } = settings;
  const sandbox = decoderSandbox({ uid, memoryMebibytes });
  reportSandbox(new Logger('Decoders'), await sandbox);
  return new PictureProcessing(IMAGE_PROCESSES || availableParallelism(), sandbox);
}

@Module({
  providers: [
    { provide: ImageWorkerSettings, useFactory: () => readEnvironment(ImageWorkerSettings) },
    { provide: PictureProcessing, useFactory: startProcessing, inject: [ImageWorkerSettings] },
    {
      provide: StoredPictures,
      useFactory: (storage: ObjectStorage) => new StoredPictures(storage),
      inject: [UPLOADS_STORAGE],
    },
    DecoderMemory,
    ProcessingConsumer,
    ProcessingJobs,
    ProcessingResults,
  ],
  exports: [ImageWorkerSettings, PictureProcessing, StoredPictures],
})
export class ProcessingModule {}
