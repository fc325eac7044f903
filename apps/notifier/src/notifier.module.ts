import { Module } from '@nestjs/common';
import { topology } from '@ekphrasis/contracts';
import { MessagingModule, Publisher } from '@ekphrasis/messaging';
import { HealthModule, LoggingModule, MetricsModule } from '@ekphrasis/observability';
import { checkDatabase, Database, PersistenceModule } from '@ekphrasis/persistence';
import { KnownWebhooks } from './webhooks/events/known-webhooks.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { MeasurementsModule } from './measurements/measurements.module.js';
import { NotifierSettingsModule } from './notifier-settings.module.js';

@Module({
  imports: [
    LoggingModule.forRoot('notifier'),
    MetricsModule.forRoot(),
    MessagingModule.forRoot('ekphrasis notifier', { topology, sends: [] }),
    PersistenceModule.forRoot(),
    NotifierSettingsModule,
    WebhooksModule,
    MeasurementsModule,
    HealthModule.forRoot({
      imports: [WebhooksModule],
      inject: [Database, Publisher, KnownWebhooks],
      useFactory: (database: Database, publisher: Publisher, webhooks: KnownWebhooks) => [
        { name: 'database', check: () => checkDatabase(database) },
        { name: 'publisher', check: () => publisher.check() },
        { name: 'known-webhooks', check: () => webhooks.check() },
      ],
    }),
  ],
})
export class NotifierModule {}
