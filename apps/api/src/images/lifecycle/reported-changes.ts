import { sql, type RawBuilder } from 'kysely';
import type { CaptionCompleted, CaptionStarted } from '@ekphrasis/contracts';

/** A job that has come to nothing, as a worker or its dead letter tells. */
export interface FailedJob {
  imageId: number;
  /** Of the job; undefined where it has none. */
  nonce?: string;
  code: string;
  reason: string;
  attempt: number;
  /** How long its last attempt took, where that is known. */
  seconds?: number;
}

/** A report of a job that another image had, whose id this one has now, changes nothing. Earlier versions have no nonces. */
export const isOwnReport = sql<boolean>`coalesce(images.nonce = report.nonce, true)`;

/** Reported jobs as rows of a statement: `report (id, nonce)`. */
export function jobsOf(reports: readonly { imageId: number; nonce?: string }[]): RawBuilder<unknown> {
  return sql`unnest(${idsOf(reports)}::bigint[], ${noncesOf(reports)}::text[]) AS report (id, nonce)`;
}

/** queued, processing -> processing */
export function startedChange(reports: CaptionStarted[]): RawBuilder<unknown> {
  return sql`
    UPDATE images SET status = 'processing', attempts = report.attempt, started_at = now()
    FROM unnest(${idsOf(reports)}::bigint[], ${noncesOf(reports)}::text[],
      ${reports.map(({ attempt }) => attempt)}::integer[]) AS report (id, nonce, attempt)
    WHERE images.id = report.id AND ${isOwnReport} AND status IN ('queued', 'processing') AND attempts <= report.attempt`;
}

/** queued, processing -> failed. What is not known of its start stays as it was. */
export function failedChange(jobs: FailedJob[]): RawBuilder<unknown> {
  return sql`
    UPDATE images SET status = 'failed', failure_code = report.code, failure_reason = report.reason,
      attempts = report.attempt, finished_at = now(),
      started_at = CASE WHEN report.seconds IS NULL THEN started_at ELSE ${startOfJob} END
    FROM unnest(${idsOf(jobs)}::bigint[], ${noncesOf(jobs)}::text[], ${jobs.map(({ code }) => code)}::text[],
      ${jobs.map(({ reason }) => withoutNul(reason))}::text[], ${jobs.map(({ attempt }) => attempt)}::integer[],
      ${jobs.map(({ seconds }) => seconds ?? null)}::float8[]) AS report (id, nonce, code, reason, attempt, seconds)
    WHERE images.id = report.id AND ${isOwnReport} AND status IN ('queued', 'processing')`;
}

/** queued, processing, failed -> described */
export function describedChange(reports: CaptionCompleted[]): RawBuilder<unknown> {
  return sql`
    UPDATE images SET status = 'described', description = report.description, confidence = report.confidence,
      captions = report.captions, model = report.model, attempts = report.attempt,
      finished_at = now(), started_at = ${startOfJob}, failure_code = NULL, failure_reason = NULL
    FROM unnest(${idsOf(reports)}::bigint[], ${noncesOf(reports)}::text[],
      ${reports.map(({ description }) => withoutNul(description))}::text[],
      ${reports.map(({ confidence }) => confidence ?? null)}::real[],
      ${reports.map(captionsOf)}::jsonb[],
      ${reports.map(({ model }) => model ?? null)}::text[],
      ${reports.map(({ attempt }) => attempt)}::integer[],
      ${reports.map(({ startedAt, completedAt }) => secondsBetween(startedAt, completedAt))}::float8[])
      AS report (id, nonce, description, confidence, captions, model, attempt, seconds)
    WHERE images.id = report.id AND ${isOwnReport} AND status <> 'described'`;
}

/** Of two times by one clock; 0 where that was set back. */
export function secondsBetween(start: string, end: string): number {
  return Math.max(Date.parse(end) - Date.parse(start), 0) / 1000;
}

/** As long before now as the last attempt took, though not before it was queued. */
const startOfJob = sql`greatest(queued_at, now() - make_interval(secs => report.seconds))`;

function idsOf(reports: readonly { imageId: number }[]): number[] {
  return reports.map(({ imageId }) => imageId);
}

function noncesOf(reports: readonly { nonce?: string }[]): (string | null)[] {
  return reports.map(({ nonce }) => nonce ?? null);
}

/** PostgreSQL holds no NUL. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

/** Those of several captions, as jsonb; one is the description and needs no other place. */
function captionsOf({ captions }: CaptionCompleted): string | null {
  if (!captions || captions.length < 2) return null;
  return JSON.stringify(captions.map(({ text, confidence }) => ({ text: withoutNul(text), confidence })));
}
