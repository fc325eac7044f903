import { Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { requestQueues, topology, withQueues } from '@ekphrasis/contracts';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { checkDatabase, Database, PersistenceModule } from '@ekphrasis/persistence';
import { OutboxModule } from '@ekphrasis/outbox';
import { StorageModule } from '@ekphrasis/storage';
import { RequestsModule } from './requests/requests.module.js';
import { TaskRpcSettings } from './task-rpc.settings.js';

@Module({
  imports: [
    LoggingModule.forRoot('task-rpc'),
    MetricsModule.forRoot(),
    MessagingModule.forRoot('ekphrasis task-rpc', {
      topology: withQueues(topology, requestQueues(readEnvironment(TaskRpcSettings).RPC_RETRY_DELAY_MS)),
    }),
    PersistenceModule.forRoot(),
    OutboxModule,
    StorageModule.forRoot(),
    RequestsModule,
    HealthModule.forRoot({
      inject: [Database, Publisher],
      useFactory: (database: Database, publisher: Publisher) => [
        { name: 'database', check: () => checkDatabase(database) },
        { name: 'publisher', check: () => publisher.check() },
      ],
    }),
  ],
})
export class TaskRpcModule {}
