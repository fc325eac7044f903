import { Module } from '@nestjs/common';
import { captionCompleted, captionFailed, captionStarted } from '@ekphrasis/contracts';
import { FetchingModule } from '@ekphrasis/fetching';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { OBJECT_STORAGE, StorageModule, type ObjectStorage } from '@ekphrasis/storage';
import { CaptionConsumer } from './caption/caption.consumer.js';
import { CaptionModule } from './caption/caption.module.js';

@Module({
  imports: [
    LoggingModule.forRoot('caption-worker'),
    MetricsModule.forRoot(),
    MessagingModule.forRoot('ekphrasis caption-worker', [captionStarted, captionCompleted, captionFailed]),
    StorageModule.forRoot(),
    FetchingModule.forRoot(),
    CaptionModule,
    HealthModule.forRoot({
      imports: [CaptionModule],
      inject: [Publisher, CaptionConsumer, OBJECT_STORAGE],
      useFactory: (publisher: Publisher, consumer: CaptionConsumer, storage: ObjectStorage) => [
        { name: 'publisher', check: () => publisher.check() },
        { name: 'jobs', check: () => consumer.check() },
        { name: 'storage', check: (signal: AbortSignal) => storage.check(signal) },
      ],
    }),
  ],
})
export class CaptionWorkerModule {}
