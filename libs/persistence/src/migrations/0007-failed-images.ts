import type { Kysely } from 'kysely';
import { createIndexConcurrently } from '../create-index-concurrently.js';

export const isTransactional = false;

/** Failed images by their reason, so that all of one reason can be tried again. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createIndexConcurrently(database, 'images_failed', "ON images (failure_code, id) WHERE status = 'failed'");
}
