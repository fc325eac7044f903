import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { ImageStatus } from '@ekphrasis/contracts';
import {
  Database,
  ReadDatabase,
  withDatabaseErrors,
  type StoredCaption,
  type StoredCaptionOptions,
} from '@ekphrasis/persistence';
import { openTo } from '../ownership.js';

export interface ImageRow {
  id: number;
  /** Whose it is; null where it came without a key. */
  clientId: string | null;
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

/** The columns of `images` that make an `ImageRow`. */
export const imageColumns = [
  'id',
  'client_id as clientId',
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

/** Reads images by their ids. */
@Injectable()
export class ImageStatusRepository {
  /** @param reads what clients read goes over connections of its own, so that nothing that is accepted waits behind it */
  constructor(@Inject(ReadDatabase) private readonly reads: Database) {}

  /** @param caller a client's id; undefined for whoever has no key @returns undefined where there is none that the caller may know of */
  async find(id: number, caller?: string): Promise<ImageRow | undefined> {
    return withDatabaseErrors(() =>
      this.reads
        .selectFrom('images')
        .select(imageColumns)
        .where('id', '=', id)
        .where(openTo(caller))
        .executeTakeFirst(),
    );
  }

  /** Those of these ids that the caller may know of, and none of their texts. @param caller as in `find` */
  async findIds(ids: number[], caller?: string): Promise<Set<number>> {
    const rows = await withDatabaseErrors(() =>
      this.reads
        .selectFrom('images')
        .select('id')
        .where(sql<boolean>`id = ANY(${ids}::bigint[])`)
        .where(openTo(caller))
        .execute(),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Of these images those whose version is another one than the known one (undefined: none is known), and those that there are
   * not. Whoever asks for a client has to leave out what is not open to it (`isOpenTo`). The system column `xmin` is the version: each change of a row gives it another.
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
        .select(['wanted', sql<string | null>`images.xmin::text`.as('version'), ...imageColumns])
        .where(sql<boolean>`images.id IS NULL OR images.xmin::text IS DISTINCT FROM wanted.known`)
        .execute(),
    );
    return {
      changed: rows.flatMap(({ wanted: _, ...row }) => (row.version === null ? [] : [row as VersionedImage])),
      absent: rows.flatMap(({ wanted, version }) => (version === null ? [wanted] : [])),
    };
  }

  /**
   * The caption of one image, or undefined where there is no such image that the caller may know of, or no caption yet.
   * @param caller a client's id; undefined for whoever has no key
   */
  async description(id: number, caller?: string): Promise<string | undefined> {
    const row = await withDatabaseErrors(() =>
      this.reads
        .selectFrom('images')
        .select('description')
        .where('id', '=', id)
        .where(openTo(caller))
        .executeTakeFirst(),
    );
    return row?.description ?? undefined;
  }
}
