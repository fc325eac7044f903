import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { imageColumns, type ImageRow } from '@ekphrasis/images';
import { ReadDatabase, withDatabaseErrors, type Database } from '@ekphrasis/persistence';
import type { SearchQuery } from './search.query.js';

/** Finds images by tag and state: by `images_tag`, by `images_not_described`, by a client's index, or by their ids alone. */
@Injectable()
export class SearchRepository {
  constructor(@Inject(ReadDatabase) private readonly database: Database) {}

  /** @param client whose images; undefined: those that came without a key */
  async find({ tag, status, after, limit }: SearchQuery, client: string | undefined): Promise<ImageRow[]> {
    let query = this.database.selectFrom('images').select(imageColumns).where('id', '>', after);
    if (tag !== undefined) query = query.where('tag', '=', tag);
    // in the statement itself, so that the planner sees which partial index holds it
    if (status !== undefined) query = query.where(sql<boolean>`status = ${sql.lit(status)}`);
    query = client === undefined ? query.where('client_id', 'is', null) : query.where('client_id', '=', client);
    return withDatabaseErrors(() => query.orderBy('id').limit(limit).execute());
  }
}
