import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import { clientsIn, type ClientsById } from '../clients-by-id.js';
import type { DescribedIds, IdRange } from './processed-ids-registry.js';

const idsPerPage = 50_000;
const newestIds = 20_000;

/** Reads the ids that have a description, for the registry. */
@Injectable()
export class DescribedIdsRepository {
  constructor(private readonly database: Database) {}

  /** All ids that have a description, ascending, page by page. */
  async *describedIds(): AsyncGenerator<DescribedIds> {
    for (let after = 0; ;) {
      const { ids, clients, upTo } = await this.describedAfter(after);
      if (ids.length > 0) yield { ids, clients };
      if (upTo === Infinity) return;
      after = upTo;
    }
  }

  /** A page of them. */
  async describedAfter(after: number): Promise<IdRange> {
    const { ids, clients } = await this.describedPage(sql`id > ${after} ORDER BY id`, idsPerPage);
    return { ids, clients, after, upTo: ids.length < idsPerPage ? Infinity : (ids.at(-1) ?? after) };
  }

  /** The highest of them, ascending. */
  async newestDescribed(): Promise<IdRange> {
    const { ids, clients } = await this.describedPage(sql`true ORDER BY id DESC`, newestIds);
    return { ids, clients, after: ids.length < newestIds ? 0 : (ids[0] ?? 1) - 1, upTo: Infinity };
  }

  /** One statement, hence one look at the table: whoever has an id among them is known. Each part is read from an index alone. */
  private async describedPage(place: RawBuilder<unknown>, limit: number): Promise<DescribedIds> {
    const { rows } = await withDatabaseErrors(() =>
      // one text a page: the driver would make an object of every row
      sql<{ ids: string | null; clients: ClientsById }>`
        WITH page AS MATERIALIZED (
          SELECT string_agg(id::text, ',' ORDER BY id) AS ids, min(id) AS first, max(id) AS last FROM (
            SELECT id FROM images WHERE description IS NOT NULL AND ${place} LIMIT ${limit}
          ) AS page
        )
        SELECT ids, (
          SELECT json_object_agg(id, client_id) FROM images
          WHERE description IS NOT NULL AND client_id IS NOT NULL AND id BETWEEN page.first AND page.last
        ) AS clients FROM page`.execute(this.database),
    );
    const [page] = rows;
    return { ids: page?.ids?.split(',').map(Number) ?? [], clients: clientsIn(page?.clients ?? null) };
  }
}
