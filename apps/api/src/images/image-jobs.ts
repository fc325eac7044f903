import { sql, type Kysely } from 'kysely';
import { captionRequested } from '@ekphrasis/contracts';
import type { Schema, StoredCaptionOptions } from '@ekphrasis/persistence';
import { jobOptions } from './caption-options.dto.js';

/** What of an image's row its job is made from. */
export interface ImageJob {
  id: number;
  nonce: string | null;
  url: string | null;
  pictureKey: string | null;
  /** Of the database's storage. */
  storageId: string;
  options: StoredCaptionOptions | null;
  queuedAt: Date;
}

/** The columns of `images` that make an `ImageJob`. */
export const jobColumns = sql.raw(
  'images.id, images.nonce, url, picture_key AS "pictureKey", options, queued_at AS "queuedAt", (SELECT id FROM storage_identity) AS "storageId"',
);

/** Puts the jobs of images into the outbox again. */
export async function sendJobs(database: Kysely<Schema>, images: ImageJob[]): Promise<void> {
  if (images.length === 0) return;
  await sql`
    INSERT INTO outbox (routing_key, type, body)
    SELECT ${captionRequested.routingKey}, ${captionRequested.type}, job
    FROM unnest(${images.map(jobOf)}::text[]) AS job`.execute(database);
}

function jobOf({ id, nonce, url, pictureKey, storageId, options, queuedAt }: ImageJob): string {
  const job = {
    imageId: id,
    nonce: nonce ?? undefined,
    url: url ?? undefined,
    ...(pictureKey !== null && { pictureKey, storageId }),
    options: jobOptions(options),
    requestedAt: queuedAt.toISOString(),
  };
  return captionRequested.encode(job).toString('utf8');
}
