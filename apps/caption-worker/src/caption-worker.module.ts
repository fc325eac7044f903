import { Module } from '@nestjs/common';
import { captionCompleted, captionFailed, captionStarted, topology } from '@ekphrasis/contracts';
import { FetchingModule } from '@ekphrasis/fetching';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { StorageModule, StoredPictures } from '@ekphrasis/storage';
import { CaptionModule } from './caption/caption.module.js';

@Module({
  imports: [
    LoggingModule.forRoot('caption-worker'),
    MetricsModule.forRoot(),
    MessagingModule.forRoot('ekphrasis caption-worker', {
      topology,
      sends: [captionStarted, captionCompleted, captionFailed],
    }),
    StorageModule.forRoot(),
    FetchingModule.forRoot(),
    CaptionModule,
    HealthModule.forRoot({
      imports: [CaptionModule],
      inject: [Publisher, StoredPictures],
      useFactory: (publisher: Publisher, pictures: StoredPictures) => [
        { name: 'publisher', check: () => publisher.check() },
        { name: 'storage', check: (signal: AbortSignal) => pictures.check(signal) },
      ],
    }),
  ],
})
export class CaptionWorkerModule {}
