import { Module } from '@nestjs/common';
import { captionCompleted, captionFailed, captionStarted } from '@ekphrasis/contracts';
import { FetchingModule } from '@ekphrasis/fetching';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { StorageModule } from '@ekphrasis/storage';
import { CaptionConsumer } from './caption/caption.consumer.js';
import { CaptionModule } from './caption/caption.module.js';
import { PictureStore } from './caption/picture-store.js';

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
      inject: [Publisher, CaptionConsumer, PictureStore],
      useFactory: (publisher: Publisher, consumer: CaptionConsumer, pictures: PictureStore) => [
        { name: 'publisher', check: () => publisher.check() },
        { name: 'jobs', check: () => consumer.check() },
        { name: 'storage', check: (signal: AbortSignal) => pictures.check(signal) },
      ],
    }),
  ],
})
export class CaptionWorkerModule {}
