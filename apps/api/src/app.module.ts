import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessModule } from '@ekphrasis/access';
import { readEnvironment } from '@ekphrasis/configuration';
import {
  imageDeleted,
  imageDescribed,
  imageFailed,
  imageRecorded,
  processingCompleted,
  processingFailed,
  processingRecorded,
  topology,
} from '@ekphrasis/contracts';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { OutboxModule } from '@ekphrasis/outbox';
import { checkDatabase, Database, PersistenceModule } from '@ekphrasis/persistence';
import { ConnectionDraining, ConnectionDrainingModule, DrainingSettings, ProblemFilter } from '@ekphrasis/service';
import { StorageModule } from '@ekphrasis/storage';
import { SearchModule } from './search/search.module.js';
import { StorageIdentity, StorageIdentityModule } from '@ekphrasis/storage-identity';
import { ApiSettings } from './api.settings.js';
import { BatchesModule } from './batches/batches.module.js';
import { BacklogModule } from './backlog/backlog.module.js';
import { ClientsModule } from './clients/clients.module.js';
import { CompletionsModule } from './completions/completions.module.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { GalleryModule } from './gallery/gallery.module.js';
import { ImagesModule } from './images/images.module.js';
import { ProcessedIdsRegistry } from './images/finished-ids/processed-ids-registry.js';
import { LostJobsModule } from './lost-jobs/lost-jobs.module.js';
import { problemKinds } from './problem-kinds.js';
import { OrphansModule } from './orphans/orphans.module.js';
import { PictureStorages } from './processing/picture-storages.service.js';
import { ProcessingModule } from './processing/processing.module.js';
import { RedModule } from './red/red.module.js';
import { ProgressModule } from './progress/progress.module.js';
import { RedescriptionsModule } from './redescriptions/redescriptions.module.js';
import { RemovalModule } from './removal/removal.module.js';
import { RenditionsModule } from './renditions/renditions.module.js';
import { RetriesModule } from './retries/retries.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WebPageModule } from './web-page/web-page.module.js';

@Global()
@Module({
  imports: [
    LoggingModule.forRoot('api'),
    MetricsModule.forRoot(),
    AccessModule.forRoot(),
    MessagingModule.forRoot('ekphrasis api', {
      topology,
      sends: [
        ...topology.jobs.map(({ request }) => request),
        imageRecorded,
        imageDescribed,
        imageFailed,
        imageDeleted,
        processingRecorded,
        processingCompleted,
        processingFailed,
      ],
    }),
    PersistenceModule.forRoot(),
    OutboxModule,
    StorageModule.forRoot(),
    ProgressModule,
    ImagesModule,
    CompletionsModule,
    ClientsModule,
    DeadLettersModule,
    GalleryModule,
    LostJobsModule,
    BacklogModule,
    OrphansModule,
    ProcessingModule,
    BatchesModule,
    RedescriptionsModule,
    RemovalModule,
    RenditionsModule,
    RetriesModule,
    RedModule,
    WebhooksModule,
    SearchModule,
    WebPageModule,
    HealthModule.forRoot({
      imports: [ImagesModule, ConnectionDrainingModule, ProcessingModule, StorageIdentityModule],
      inject: [Database, Publisher, ProcessedIdsRegistry, StorageIdentity, PictureStorages, ConnectionDraining],
      useFactory: (
        database: Database,
        publisher: Publisher,
        processedIds: ProcessedIdsRegistry,
        storage: StorageIdentity,
        pictures: PictureStorages,
        draining: ConnectionDraining,
      ) => [
        { name: 'database', check: () => checkDatabase(database) },
        { name: 'publisher', check: () => publisher.check() },
        { name: 'recorded', check: () => processedIds.check() },
        { name: 'storage', check: async () => void (await storage.check()) },
        { name: 'pictures', check: () => pictures.check() },
        { name: 'shutdown', check: () => draining.check() },
      ],
    }),
  ],
  providers: [
    { provide: ApiSettings, useFactory: () => readEnvironment(ApiSettings) },
    { provide: DrainingSettings, useExisting: ApiSettings },
    { provide: APP_FILTER, useFactory: () => new ProblemFilter(problemKinds) },
  ],
  exports: [ApiSettings, DrainingSettings],
})
export class AppModule {}
