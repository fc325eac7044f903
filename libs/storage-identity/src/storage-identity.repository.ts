import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';

/** Which of a database's storages; where they are one, it is the first. */
export type StorageKind = 'storage' | 'uploads' | 'processed';

const columns = {
  storage: 'marked_at',
  uploads: 'uploads_marked_at',
  processed: 'processed_marked_at',
} as const satisfies Record<StorageKind, string>;

@Injectable()
export class StorageIdentityRepository {
  constructor(private readonly database: Database) {}

  /** The id of this database's storages, and whether one of this kind was ever marked with it. */
  async read(kind: StorageKind): Promise<{ id: string; isMarked: boolean }> {
    const row = await withDatabaseErrors(() =>
      this.database.selectFrom('storage_identity').selectAll().executeTakeFirstOrThrow(),
    );
    return { id: row.id, isMarked: row[columns[kind]] !== null };
  }

  async recordMark(kind: StorageKind): Promise<void> {
    const column = sql.ref(columns[kind]);
    await withDatabaseErrors(() =>
      sql`UPDATE storage_identity SET ${column} = now() WHERE ${column} IS NULL`.execute(this.database),
    );
  }
}
