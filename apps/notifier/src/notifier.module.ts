import { Module } from '@nestjs/common';
import { topology } from '@ekphrasis/contracts';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { checkDatabase, Database, PersistenceModule } from '@ekphrasis/persistence';
import { NotifierSettingsModule } from './notifier-settings.module.js';

@Module({
  imports: [
    LoggingModule.forRoot('notifier'),
    MetricsModule.forRoot(),
    MessagingModule.forRoot('ekphrasis notifier', { topology, sends: [] }),
    PersistenceModule.forRoot(),
    NotifierSettingsModule,
    HealthModule.forRoot({
      imports: [],
      inject: [Database, Publisher],
      useFactory: (database: Database, publisher: Publisher) => [
        { name: 'database', check: () => checkDatabase(database) },
        { name: 'publisher', check: () => publisher.check() },
      ],
    }),
  ],
})
export class NotifierModule {}
