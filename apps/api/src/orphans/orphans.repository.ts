import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { ImageStatus } from '@ekphrasis/contracts';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';

/** What of a row tells which objects it needs. */
export interface OwningImage {
  id: number;
  nonce: string | null;
  pictureKey: string | null;
  status: ImageStatus;
}

/** What of a processing job tells which objects it needs. */
export interface OwningProcessing {
  id: string;
  uploadKey: string;
  /** Null until it is completed. */
  processedKey: string | null;
}

@Injectable()
export class OrphansRepository {
  constructor(private readonly database: Database) {}

  async find(ids: number[]): Promise<Map<number, OwningImage>> {
    const { rows } = await withDatabaseErrors(() =>
      sql<OwningImage>`
        SELECT id, nonce, picture_key AS "pictureKey", status FROM images
        WHERE id = ANY(${ids}::bigint[])`.execute(this.database),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Processing jobs by their ids. */
  async findProcessing(ids: string[]): Promise<Map<string, OwningProcessing>> {
    const { rows } = await withDatabaseErrors(() =>
      sql<OwningProcessing>`
        SELECT id, upload_key AS "uploadKey", result->>'processed_key' AS "processedKey" FROM processing_jobs
        WHERE id = ANY(${ids}::uuid[])`.execute(this.database),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Which of these nonces measurements have. */
  async findMeasured(nonces: string[]): Promise<Set<string>> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ nonce: string }>`SELECT nonce FROM measurements WHERE nonce = ANY(${nonces}::text[])`.execute(
        this.database,
      ),
    );
    return new Set(rows.map(({ nonce }) => nonce));
  }

  /**
   * Gives up the pictures of images that ended so many days ago, as described or failed; 0 keeps them. These cannot be tried again
   * or described anew from then on.
   * @returns the ids of those whose pictures nobody needs any more
   */
  async releasePictures(ids: number[], days: { described: number; failed: number }): Promise<Set<number>> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ id: number }>`
        UPDATE images SET picture_key = NULL
        WHERE id = ANY(${ids}::bigint[]) AND finished_at < now() - CASE status
          WHEN 'described' THEN make_interval(days => nullif(${days.described}::integer, 0))
          WHEN 'failed' THEN make_interval(days => nullif(${days.failed}::integer, 0)) END
        RETURNING id`.execute(this.database),
    );
    return new Set(rows.map(({ id }) => id));
  }
}
