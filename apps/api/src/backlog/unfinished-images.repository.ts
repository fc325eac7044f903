import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';

@Injectable()
export class UnfinishedImagesRepository {
  constructor(private readonly database: Database) {}

  /** Seconds since the job of the unfinished image that waits longest was last queued; 0 where none is unfinished. */
  async longestWaitSeconds(): Promise<number> {
    const { rows } = await withDatabaseErrors(() =>
      // the expression and the condition of the index of unfinished images: its first entry is the answer
      sql<{ seconds: number }>`
        SELECT greatest(extract(epoch FROM now() - min(coalesce(requeued_at, queued_at))), 0)::float8 AS seconds
        FROM images WHERE finished_at IS NULL`.execute(this.database),
    );
    return rows[0]?.seconds ?? 0;
  }
}
