import { sql, type RawBuilder } from 'kysely';

/**
 * The events that follow from an image's end, as the `RETURNING` list of the statement that ends it has them: text, in the form of
 * their contracts, and null for an image without a client, whom nobody could tell of it.
 */
export const describedEvent = eventWith(sql`
  'description', images.description, 'confidence', images.confidence, 'captions', images.captions, 'model', images.model`);

export const failedEvent = eventWith(sql`'code', images.failure_code, 'reason', images.failure_reason`);

function eventWith(fields: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql`
    CASE WHEN images.client_id IS NOT NULL THEN json_build_object(
      'eventId', gen_random_uuid(), 'clientId', images.client_id, 'imageId', images.id, 'tag', images.tag,
      'options', images.options, 'attempts', images.attempts, 'queuedAt', ${isoOf('queued_at')},
      'startedAt', ${isoOf('started_at')}, 'finishedAt', ${isoOf('finished_at')}, ${fields}
    )::text END`;
}

function isoOf(column: string): RawBuilder<string | null> {
  return sql`to_char(images.${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
