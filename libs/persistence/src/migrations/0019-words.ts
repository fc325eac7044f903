import type { Kysely } from 'kysely';
import { createIndexConcurrently } from '../create-index-concurrently.js';

export const isTransactional = false;

/** Descriptions by their words, for whoever looks for a picture. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createIndexConcurrently(
    database,
    'images_words',
    "ON images USING gin (to_tsvector('english', description)) WHERE description IS NOT NULL",
  );
}
