import { sql, type Kysely } from 'kysely';

/**
 * One dead letter an image and queue, or, where nobody can tell the image, a body and queue. Of those that were kept twice
 * the newest stays; those of images that have a description go.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    DELETE FROM dead_letters USING images
    WHERE images.id = dead_letters.image_id AND images.status = 'described'`.execute(database);
  await sql`
    DELETE FROM dead_letters AS older USING dead_letters AS newer
    WHERE older.queue = newer.queue AND older.id < newer.id
      AND CASE WHEN older.image_id IS NULL THEN newer.image_id IS NULL AND older.body = newer.body
        ELSE older.image_id = newer.image_id END`.execute(database);
  // the image comes first: its letters go when it is described, whatever their queue
  await sql`
    CREATE UNIQUE INDEX dead_letters_image ON dead_letters (image_id, queue) WHERE image_id IS NOT NULL`.execute(
    database,
  );
  await sql`
    CREATE UNIQUE INDEX dead_letters_body ON dead_letters (queue, sha256(body)) WHERE image_id IS NULL`.execute(
    database,
  );
}
