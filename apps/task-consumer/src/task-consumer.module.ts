import { Module } from '@nestjs/common';
import { taskTopology } from '@ekphrasis/contracts';
import { MessagingModule } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { checkDatabase, Database, PersistenceModule } from '@ekphrasis/persistence';
import { TasksModule } from './tasks/tasks.module.js';

@Module({
  imports: [
    LoggingModule.forRoot('task-consumer'),
    MetricsModule.forRoot(),
    MessagingModule.forRoot('ekphrasis task-consumer', { topology: taskTopology }),
    PersistenceModule.forRoot(),
    TasksModule,
    HealthModule.forRoot({
      inject: [Database],
      useFactory: (database: Database) => [{ name: 'database', check: () => checkDatabase(database) }],
    }),
  ],
})
export class TaskConsumerModule {}
