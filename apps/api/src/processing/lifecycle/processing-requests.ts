import { sql } from 'kysely';
import type { ProcessingOperation, ProcessingOptions, ProcessingRequested } from '@ekphrasis/contracts';

/** What of a row its job is made from. */
export interface ProcessingRow {
  id: string;
  operations: ProcessingOperation[];
  options: ProcessingOptions | null;
  uploadKey: string;
  /** Of the database's storage. */
  storageId: string;
  queuedAt: Date;
}

/** The columns of `processing_jobs` that make a `ProcessingRow`. */
export const jobColumns = sql.raw(
  'processing_jobs.id, operations, options, upload_key AS "uploadKey", queued_at AS "queuedAt", (SELECT id FROM storage_identity) AS "storageId"',
);

export function jobOf({ id, operations, options, uploadKey, storageId, queuedAt }: ProcessingRow): ProcessingRequested {
  return {
    jobId: id,
    uploadKey,
    storageId,
    operations,
    ...(options && { options }),
    requestedAt: queuedAt.toISOString(),
  };
}
