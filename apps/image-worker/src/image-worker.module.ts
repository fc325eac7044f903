import { Module } from '@nestjs/common';
import { processingDone, processingStarted, topology } from '@ekphrasis/contracts';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { StorageModule, StoredPictures } from '@ekphrasis/storage';
import { RenditionsModule } from './renditions/renditions.module.js';
import { ProcessingModule } from './processing/processing.module.js';

@Module({
  imports: [
    LoggingModule.forRoot('image-worker'),
    MetricsModule.forRoot(),
    MessagingModule.forRoot('ekphrasis image-worker', { topology, sends: [processingStarted, processingDone] }),
    StorageModule.forRoot(),
    ProcessingModule,
    RenditionsModule,
    HealthModule.forRoot({
      imports: [ProcessingModule],
      inject: [Publisher, StoredPictures],
      useFactory: (publisher: Publisher, uploads: StoredPictures) => [
        { name: 'publisher', check: () => publisher.check() },
        { name: 'storage', check: (signal: AbortSignal) => uploads.check(signal) },
      ],
    }),
  ],
})
export class ImageWorkerModule {}
