import { Global, Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { OUTBOX_STORE } from '@ekphrasis/messaging';
import { Database } from './database.js';
import { DatabaseLineage } from './database-lineage.js';
import { openMigratedDatabase } from './open-migrated-database.js';
import { PersistenceSettings } from './persistence.settings.js';
import { PostgresOutbox } from './postgres-outbox.js';

/** PostgreSQL for one app: the typed database, migrated, and the outbox. */
@Global()
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  static forRoot(): DynamicModule {
    const settings = readEnvironment(PersistenceSettings);
    return {
      module: PersistenceModule,
      providers: [
        { provide: Database, useFactory: () => openMigratedDatabase(settings, new Logger('Database')) },
        DatabaseLineage,
        { provide: OUTBOX_STORE, useFactory: (database: Database) => new PostgresOutbox(database), inject: [Database] },
      ],
      exports: [Database, DatabaseLineage, OUTBOX_STORE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.destroy();
  }
}
