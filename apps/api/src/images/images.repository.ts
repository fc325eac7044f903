import { Inject, Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import type { ImageStatus } from '@ekphrasis/contracts';
import {
  Database,
  ReadDatabase,
  withDatabaseErrors,
  type StoredCaption,
  type StoredCaptionOptions,
} from '@ekphrasis/persistence';
import type { IdRange } from './finished-ids/processed-ids-registry.js';

export interface ImageRow {
  id: number;
  status: ImageStatus;
  description: string | null;
  confidence: number | null;
  /** Null where the description is the only one. */
  captions: StoredCaption[] | null;
  tag: string | null;
  options: StoredCaptionOptions | null;
  model: string | null;
  attempts: number;
  failureCode: string | null;
  failureReason: string | null;
  queuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** An image with the version of its row: another one after each change. */
export interface VersionedImage extends ImageRow {
  version: string;
}

const idsPerPage = 50_000;
const newestIds = 20_000;
const rowColumns = [
  'id',
  'status',
  'description',
  'confidence',
  'captions',
  'tag',
  'options',
  'model',
  'attempts',
  'failure_code as failureCode',
  'failure_reason as failureReason',
  'queued_at as queuedAt',
  'started_at as startedAt',
  'finished_at as finishedAt',
] as const;

@Injectable()
export class ImagesRepository {
  /** @param reads what clients read goes over connections of its own, so that nothing that is accepted waits behind it */
  constructor(
    private readonly database: Database,
    @Inject(ReadDatabase) private readonly reads: Database = database,
  ) {}

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

  async find(ids: number[]): Promise<ImageRow[]> {
    return withDatabaseErrors(() =>
      this.reads.selectFrom('images').select(rowColumns).where('id', 'in', ids).execute(),
    );
  }

  /**
   * Of these images those whose version is another one than the known one (undefined: none is known), and those that there are
   * not. The system column `xmin` is the version: each change of a row gives it another.
   */
  async findChanged(
    ids: number[],
    versions: (string | undefined)[],
  ): Promise<{ changed: VersionedImage[]; absent: number[] }> {
    const known = sql<{ wanted: number; known: string | null }>`
      unnest(${ids}::bigint[], ${versions.map((version) => version ?? null)}::text[])`;
    const rows = await withDatabaseErrors(() =>
      this.reads
        .selectFrom(known.as<'wanted'>(sql`wanted(wanted, known)`))
        .leftJoin('images', 'images.id', 'wanted.wanted')
        .select(['wanted', sql<string | null>`images.xmin::text`.as('version'), ...rowColumns])
        .where(sql<boolean>`images.id IS NULL OR images.xmin::text IS DISTINCT FROM wanted.known`)
        .execute(),
    );
    return {
      changed: rows.flatMap(({ wanted: _, ...row }) => (row.version === null ? [] : [row as VersionedImage])),
      absent: rows.flatMap(({ wanted, version }) => (version === null ? [wanted] : [])),
    };
  }

  /** The caption of one image, or undefined where there is no such image or no caption yet. */
  async description(id: number): Promise<string | undefined> {
    const row = await withDatabaseErrors(() =>
      this.reads.selectFrom('images').select('description').where('id', '=', id).executeTakeFirst(),
    );
    return row?.description ?? undefined;
  }

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
          SELECT id FROM images WHERE status = 'described' AND ${place} LIMIT ${limit}
        ) AS page`.execute(this.database),
    );
    return rows[0]?.ids?.split(',').map(Number) ?? [];
  }
}
