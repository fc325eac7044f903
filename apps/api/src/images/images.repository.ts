import { Inject, Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { captionRequested, type ImageStatus } from '@ekphrasis/contracts';
import { appending } from '@ekphrasis/outbox';
import {
  Database,
  ReadDatabase,
  withDatabaseErrors,
  type StoredCaption,
  type StoredCaptionOptions,
} from '@ekphrasis/persistence';
import { ImageIdsTakenError } from './images.errors.js';
import type { IdRange } from './processed-ids-registry.js';

/** An image about to be accepted, with the job that asks for its caption. */
export interface NewImage {
  id: number;
  nonce?: string;
  url?: string;
  pictureKey?: string;
  tag?: string;
  options?: StoredCaptionOptions;
  /** The encoded `caption.requested` message. */
  job: string;
  idempotency?: { key: string; fingerprint: string };
}

/** Whose image a request got: its own, or that of an earlier request with the same idempotency key. */
export interface AcceptedImage {
  imageId: number;
  /** Whether the request made it. */
  isNew: boolean;
  /** Digest of the request that the image was made for; only where an idempotency key was given. */
  fingerprint?: string;
}

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

  /**
   * Inserts images and their jobs in one statement, hence one transaction: either both are there or none. Of images that
   * share an idempotency key, with each other or with earlier ones, only the first is inserted.
   * @returns one answer an image, in their order, after the commit
   * @throws {ImageIdsTakenError} where another image has one of the ids; nothing is inserted then
   */
  async accept(images: NewImage[]): Promise<AcceptedImage[]> {
    const keyed = images.filter(({ idempotency }) => idempotency);
    await withDatabaseErrors(() =>
      (keyed.length > 0 ? this.insertKeyed(images) : this.insert(images)).execute(this.database),
    ).catch((error: unknown) => {
      throw violatesPrimaryKey(error) ? new ImageIdsTakenError(error) : error;
    });
    if (keyed.length === 0) return images.map(({ id }) => ({ imageId: id, isNew: true }));
    const owners = await this.ownersOf(keyed.map(({ idempotency }) => idempotency?.key ?? ''));
    return images.map(({ id, idempotency }) => {
      const owner = idempotency && owners.get(idempotency.key);
      return owner ? { ...owner, isNew: owner.imageId === id } : { imageId: id, isNew: true };
    });
  }

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

  private insert(images: NewImage[]) {
    const ids = images.map(({ id }) => id);
    return sql`
      WITH accepted AS (
        INSERT INTO images (id, nonce, url, picture_key, tag, options)
        SELECT * FROM unnest(${ids}::bigint[], ${images.map(nonceOf)}::text[], ${images.map(({ url }) => url ?? null)}::text[],
          ${images.map(({ pictureKey }) => pictureKey ?? null)}::text[], ${images.map(tagOf)}::text[],
          ${images.map(optionsOf)}::jsonb[])
      )
      ${appending(captionRequested, sql`SELECT unnest(${images.map(({ job }) => job)}::text[])`)}`;
  }

  private insertKeyed(images: NewImage[]) {
    return sql`
      WITH offered AS (
        SELECT * FROM unnest(${images.map(({ id }) => id)}::bigint[], ${images.map(nonceOf)}::text[],
          ${images.map(({ url }) => url ?? null)}::text[], ${images.map(({ pictureKey }) => pictureKey ?? null)}::text[],
          ${images.map(({ job }) => job)}::text[], ${images.map(({ idempotency }) => idempotency?.key ?? null)}::text[],
          ${images.map(({ idempotency }) => idempotency?.fingerprint ?? null)}::text[],
          ${images.map(tagOf)}::text[], ${images.map(optionsOf)}::jsonb[]
        ) AS offered (id, nonce, url, picture_key, job, key, fingerprint, tag, options)
      ), claimed AS (
        INSERT INTO idempotency_keys (key, fingerprint, image_id)
        SELECT key, fingerprint, id FROM offered WHERE key IS NOT NULL ORDER BY key, id
        ON CONFLICT (key) DO NOTHING RETURNING image_id
      ), fresh AS (
        SELECT * FROM offered WHERE key IS NULL OR id IN (SELECT image_id FROM claimed)
      ), accepted AS (
        INSERT INTO images (id, nonce, url, picture_key, tag, options)
        SELECT id, nonce, url, picture_key, tag, options FROM fresh
      )
      ${appending(captionRequested, sql`SELECT job FROM fresh`)}`;
  }

  private async ownersOf(keys: string[]): Promise<Map<string, Omit<AcceptedImage, 'isNew'>>> {
    const rows = await withDatabaseErrors(() =>
      this.database
        .selectFrom('idempotency_keys')
        .select(['key', 'fingerprint', 'image_id'])
        .where('key', 'in', keys)
        .execute(),
    );
    return new Map(rows.map(({ key, fingerprint, image_id }) => [key, { imageId: image_id, fingerprint }]));
  }

  /**
   * Forgets idempotency keys older than `hours` and not older than `from`, the oldest first, `limit` at most.
   * @returns from where the next page begins; undefined where there is none
   */
  async forgetKeys(hours: number, from: Date, limit: number): Promise<Date | undefined> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ count: number; newest: Date | null }>`
        WITH forgotten AS (
          DELETE FROM idempotency_keys WHERE key IN (
            SELECT key FROM idempotency_keys
            WHERE created_at >= ${from} AND created_at < now() - make_interval(hours => ${hours})
            ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
          ) RETURNING created_at
        )
        SELECT count(*) AS count, max(created_at) AS newest FROM forgotten`.execute(this.database),
    );
    const [page] = rows;
    return page?.count === limit ? (page.newest ?? undefined) : undefined;
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

function violatesPrimaryKey(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && constraint === 'images_pkey';
}

function nonceOf({ nonce }: NewImage): string | null {
  return nonce ?? null;
}

function tagOf({ tag }: NewImage): string | null {
  return tag ?? null;
}

function optionsOf({ options }: NewImage): string | null {
  return options ? JSON.stringify(options) : null;
}
