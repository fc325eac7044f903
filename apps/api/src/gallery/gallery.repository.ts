import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { imageColumns, type ImageRow } from '@ekphrasis/images';
import { ReadDatabase, withDatabaseErrors, type Database } from '@ekphrasis/persistence';
import type { GalleryQuery } from './gallery.query.js';

/** Finds what was submitted last, with a client's keys or without one. */
@Injectable()
export class GalleryRepository {
  constructor(@Inject(ReadDatabase) private readonly database: Database) {}

  /**
   * Words that many descriptions have are found by going through the newest images, and rare ones by the index `images_words`: the
   * planner knows how frequent they are.
   */
  async find({ words, status, before, limit }: GalleryQuery, client?: string): Promise<ImageRow[]> {
    let query = this.database.selectFrom('images').select(imageColumns);
    query = client === undefined ? query.where('client_id', 'is', null) : query.where('client_id', '=', client);
    if (before !== undefined) query = query.where('id', '<', before);
    // in the statement itself, so that the planner sees which partial index holds it
    if (status !== undefined) query = query.where(sql<boolean>`status = ${sql.lit(status)}`);
    if (words !== undefined) {
      query = query.where(
        sql<boolean>`description IS NOT NULL
          AND to_tsvector('english', description) @@ websearch_to_tsquery('english', ${words})`,
      );
    }
    return withDatabaseErrors(() => query.orderBy('id', 'desc').limit(limit).execute());
  }
}
