import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { captionRequested } from '@ekphrasis/contracts';
import { appending } from '@ekphrasis/outbox';
import { Database, withDatabaseErrors, type StoredCaptionOptions } from '@ekphrasis/persistence';
import { ImageIdsTakenError } from '../images.errors.js';

/** An image about to be accepted, with the job that asks for its caption. */
export interface NewImage {
  id: number;
  nonce?: string;
  url?: string;
  pictureKey?: string;
  tag?: string;
  options?: StoredCaptionOptions;
  /** Whose it is; its idempotency keys are others than those of anybody else. */
  clientId?: string;
  /** The encoded `caption.requested` message. */
  job: string;
  /** The trace of the request. */
  traceparent?: string;
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

/** Takes images in, once for each idempotency key. */
@Injectable()
export class AcceptedImagesRepository {
  constructor(private readonly database: Database) {}

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
    const owners = await this.ownersOf(keyed.map((image) => keyOf(image) ?? ''));
    return images.map((image) => {
      const { id } = image;
      const owner = owners.get(keyOf(image) ?? '');
      return owner ? { ...owner, isNew: owner.imageId === id } : { imageId: id, isNew: true };
    });
  }

  private insert(images: NewImage[]) {
    const ids = images.map(({ id }) => id);
    return sql`
      WITH accepted AS (
        INSERT INTO images (id, nonce, url, picture_key, tag, options, client_id)
        SELECT * FROM unnest(${ids}::bigint[], ${images.map(nonceOf)}::text[], ${images.map(({ url }) => url ?? null)}::text[],
          ${images.map(({ pictureKey }) => pictureKey ?? null)}::text[], ${images.map(tagOf)}::text[],
          ${images.map(optionsOf)}::jsonb[], ${images.map(clientOf)}::text[])
      )
      ${appending(
        captionRequested,
        sql`SELECT * FROM unnest(${images.map(({ job }) => job)}::text[], ${images.map(traceOf)}::text[])`,
        { ownTraces: true },
      )}`;
  }

  private insertKeyed(images: NewImage[]) {
    return sql`
      WITH offered AS (
        SELECT * FROM unnest(${images.map(({ id }) => id)}::bigint[], ${images.map(nonceOf)}::text[],
          ${images.map(({ url }) => url ?? null)}::text[], ${images.map(({ pictureKey }) => pictureKey ?? null)}::text[],
          ${images.map(({ job }) => job)}::text[], ${images.map(traceOf)}::text[], ${images.map(keyOf)}::text[],
          ${images.map(({ idempotency }) => idempotency?.fingerprint ?? null)}::text[],
          ${images.map(tagOf)}::text[], ${images.map(optionsOf)}::jsonb[], ${images.map(clientOf)}::text[]
        ) AS offered (id, nonce, url, picture_key, job, traceparent, key, fingerprint, tag, options, client_id)
      ), claimed AS (
        INSERT INTO idempotency_keys (key, fingerprint, image_id)
        SELECT key, fingerprint, id FROM offered WHERE key IS NOT NULL ORDER BY key, id
        ON CONFLICT (key) DO NOTHING RETURNING image_id
      ), fresh AS (
        SELECT * FROM offered WHERE key IS NULL OR id IN (SELECT image_id FROM claimed)
      ), accepted AS (
        INSERT INTO images (id, nonce, url, picture_key, tag, options, client_id)
        SELECT id, nonce, url, picture_key, tag, options, client_id FROM fresh
      )
      ${appending(captionRequested, sql`SELECT job, traceparent FROM fresh`, { ownTraces: true })}`;
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
}

function violatesPrimaryKey(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && constraint === 'images_pkey';
}

function nonceOf({ nonce }: NewImage): string | null {
  return nonce ?? null;
}

function traceOf({ traceparent }: NewImage): string | null {
  return traceparent ?? null;
}

function tagOf({ tag }: NewImage): string | null {
  return tag ?? null;
}

function clientOf({ clientId }: NewImage): string | null {
  return clientId ?? null;
}

/** As it is kept: a client's with its id and a blank before it, which no key holds. */
function keyOf({ idempotency, clientId }: NewImage): string | null {
  if (!idempotency) return null;
  return clientId === undefined ? idempotency.key : `${clientId} ${idempotency.key}`;
}

function optionsOf({ options }: NewImage): string | null {
  return options ? JSON.stringify(options) : null;
}
