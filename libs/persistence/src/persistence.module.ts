import { Global, Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { Database, openDatabase, ReadDatabase } from './database.js';
import { DatabaseHosts } from './database-hosts.js';
import { DatabaseLineage } from './database-lineage.js';
import { openMigratedDatabase } from './open-migrated-database.js';
import { PersistenceSettings } from './persistence.settings.js';
import { poolSizes } from './pool-sizes.js';

/** PostgreSQL for one app: the typed database, migrated, and the same for reads. */
@Global()
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly reads: ReadDatabase,
  ) {}

  static forRoot(): DynamicModule {
    const settings = readEnvironment(PersistenceSettings);
    const { reads, others } = poolSizes(settings);
    const logger = new Logger('Database');
    const hosts = DatabaseHosts.of(settings.DATABASE_URL);
    return {
      module: PersistenceModule,
      providers: [
        {
          provide: Database,
          useFactory: () => openMigratedDatabase({ ...settings, DATABASE_POOL_SIZE: others }, logger, hosts),
        },
        {
          provide: ReadDatabase,
          useFactory: () =>
            openDatabase(
              { ...settings, DATABASE_POOL_SIZE: reads },
              ({ message }) => logger.warn(`an idle connection for reads broke: ${message}`),
              hosts,
            ),
        },
        DatabaseLineage,
      ],
      exports: [Database, ReadDatabase, DatabaseLineage],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.database.destroy(), this.reads.destroy()]);
  }
}
