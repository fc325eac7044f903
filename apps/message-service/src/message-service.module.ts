import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessModule } from '@ekphrasis/access';
import { readEnvironment } from '@ekphrasis/configuration';
import { captionRequested, taskQueue, topology } from '@ekphrasis/contracts';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { OutboxModule } from '@ekphrasis/outbox';
import { checkDatabase, Database, PersistenceModule } from '@ekphrasis/persistence';
import { ConnectionDraining, ConnectionDrainingModule, DrainingSettings, ProblemFilter } from '@ekphrasis/service';
import { StorageModule } from '@ekphrasis/storage';
import { StorageIdentity, StorageIdentityModule } from '@ekphrasis/storage-identity';
import { CaptioningModule } from './captioning/captioning.module.js';
import { GrpcServerModule } from './grpc-server/grpc-server.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { MessageServiceSettings } from './message-service.settings.js';
import { PageModule } from './page/page.module.js';
import { problemKinds } from './problem-kinds.js';

@Global()
@Module({
  imports: [
    LoggingModule.forRoot('message-service'),
    MetricsModule.forRoot(),
    AccessModule.forRoot(),
    MessagingModule.forRoot('ekphrasis message-service', {
      topology: { ...topology, queues: [...topology.queues, taskQueue] },
      sends: [captionRequested, ...taskQueue.routingKeys.map((routingKey) => ({ routingKey }))],
    }),
    PersistenceModule.forRoot(),
    OutboxModule,
    StorageModule.forRoot(),
    GrpcServerModule,
    CaptioningModule,
    MessagesModule,
    PageModule,
    HealthModule.forRoot({
      imports: [ConnectionDrainingModule, StorageIdentityModule],
      inject: [Database, Publisher, StorageIdentity, ConnectionDraining],
      useFactory: (
        database: Database,
        publisher: Publisher,
        storage: StorageIdentity,
        draining: ConnectionDraining,
      ) => [
        { name: 'storage', check: async () => void (await storage.check()) },
        { name: 'database', check: () => checkDatabase(database) },
        { name: 'publisher', check: () => publisher.check() },
        { name: 'shutdown', check: () => draining.check() },
      ],
    }),
  ],
  providers: [
    { provide: MessageServiceSettings, useFactory: () => readEnvironment(MessageServiceSettings) },
    { provide: DrainingSettings, useExisting: MessageServiceSettings },
    { provide: APP_FILTER, useFactory: () => new ProblemFilter(problemKinds) },
  ],
  exports: [MessageServiceSettings, DrainingSettings],
})
export class MessageServiceModule {}
