import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import type { IdRange } from './processed-ids-registry.js';

const idsPerPage = 50_000;
const newestIds = 20_000;

/** Reads the ids that have a description, for the registry. */
@Injectable()
export class DescribedIdsRepository {
  constructor(private readonly database: Database) {}

  /** All ids that have a description, ascending, page by page. */
  async *describedIds(): AsyncGenerator<readonly number[]> {
    for (let after = 0; ;) {
      const { ids, upTo } = await this.describedAfter(after);
      if (ids.length > 0) yield ids;
      if (upTo === Infinity) return;
      after = upTo;
    }
  }

  /** A page of them. */
  async describedAfter(after: number): Promise<IdRange> {
    const ids = await this.describedPage(sql`id > ${after} ORDER BY id`, idsPerPage);
    return { ids, after, upTo: ids.length < idsPerPage ? Infinity : (ids.at(-1) ?? after) };
  }

  /** The highest of them, ascending. */
  async newestDescribed(): Promise<IdRange> {
    const ids = await this.describedPage(sql`true ORDER BY id DESC`, newestIds);
    return { ids, after: ids.length < newestIds ? 0 : (ids[0] ?? 1) - 1, upTo: Infinity };
  }

  private async describedPage(place: RawBuilder<unknown>, limit: number): Promise<number[]> {
    const { rows } = await withDatabaseErrors(() =>
      // one text a page: the driver would make an object of every row
      sql<{ ids: string | null }>`
        SELECT string_agg(id::text, ',' ORDER BY id) AS ids FROM (
          SELECT id FROM images WHERE description IS NOT NULL AND ${place} LIMIT ${limit}
        ) AS page`.execute(this.database),
    );
    return rows[0]?.ids?.split(',').map(Number) ?? [];
  }
}
