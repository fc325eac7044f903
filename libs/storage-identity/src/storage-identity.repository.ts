import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';

@Injectable()
export class StorageIdentityRepository {
  constructor(private readonly database: Database) {}

  /** The id of this database's storage, and whether a storage was ever marked with it. */
  async read(): Promise<{ id: string; isMarked: boolean }> {
    const { id, marked_at: markedAt } = await withDatabaseErrors(() =>
      this.database.selectFrom('storage_identity').selectAll().executeTakeFirstOrThrow(),
    );
    return { id, isMarked: markedAt !== null };
  }

  async recordMark(): Promise<void> {
    await withDatabaseErrors(() =>
      sql`UPDATE storage_identity SET marked_at = now() WHERE marked_at IS NULL`.execute(this.database),
    );
  }
}
