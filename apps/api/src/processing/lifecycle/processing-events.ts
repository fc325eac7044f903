import { sql } from 'kysely';

/**
 * The event that follows from a job's end, as the `RETURNING` list of the statement that ends it has it: text, in the form of its
 * contract, and null for a job without a client, whom nobody could tell of it.
 */
export const endedEvent = sql<string | null>`
  CASE WHEN processing_jobs.client_id IS NOT NULL THEN json_build_object(
    'eventId', gen_random_uuid(), 'clientId', processing_jobs.client_id, 'jobId', processing_jobs.id,
    'operations', processing_jobs.operations, 'fileName', processing_jobs.file_name, 'result', processing_jobs.result,
    'finishedAt', to_char(processing_jobs.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  )::text END`;
