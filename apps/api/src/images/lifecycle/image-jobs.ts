import { sql, type Transaction } from 'kysely';
import { captionRequested, type CaptionRequested } from '@ekphrasis/contracts';
import { jobOptions } from '@ekphrasis/images';
import { append } from '@ekphrasis/outbox';
import type { Schema, StoredCaptionOptions } from '@ekphrasis/persistence';

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
export function sendJobs(transaction: Transaction<Schema>, images: ImageJob[]): Promise<void> {
  return append(transaction, captionRequested, images.map(jobOf));
}

function jobOf({ id, nonce, url, pictureKey, storageId, options, queuedAt }: ImageJob): CaptionRequested {
  return {
    imageId: id,
    nonce: nonce ?? undefined,
    url: url ?? undefined,
    ...(pictureKey !== null && { pictureKey, storageId }),
    options: jobOptions(options),
    requestedAt: queuedAt.toISOString(),
  };
}
