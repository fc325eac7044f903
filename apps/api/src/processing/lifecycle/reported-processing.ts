import { sql, type RawBuilder } from 'kysely';
import type { ProcessingDone, ProcessingStarted } from '@ekphrasis/contracts';
import { failureView, processedView } from '../processing-status.js';

/** A job that has come to nothing, as its dead letter tells. */
export interface FailedProcessing {
  jobId: string;
  code: string;
  reason: string;
  attempt: number;
}

/** queued, processing -> processing */
export function startedChange(reports: ProcessingStarted[]): RawBuilder<unknown> {
  return sql`
    UPDATE processing_jobs SET status = 'processing', attempts = report.attempt, started_at = now()
    FROM unnest(${idsOf(reports)}::uuid[], ${reports.map(({ attempt }) => attempt)}::integer[]) AS report (id, attempt)
    WHERE processing_jobs.id = report.id AND status IN ('queued', 'processing') AND attempts <= report.attempt`;
}

/** queued, processing -> failed. What is not known of its start stays as it was. */
export function failedChange(jobs: FailedProcessing[]): RawBuilder<unknown> {
  return sql`
    UPDATE processing_jobs SET status = 'failed', result = report.result, attempts = report.attempt, finished_at = now()
    FROM unnest(${idsOf(jobs)}::uuid[], ${jobs.map((job) => JSON.stringify(failureView(job)))}::json[],
      ${jobs.map(({ attempt }) => attempt)}::integer[]) AS report (id, result, attempt)
    WHERE processing_jobs.id = report.id AND status IN ('queued', 'processing')`;
}

/** queued, processing, failed -> completed. It was begun as long before now as its last attempt took, though not before it was queued. */
export function doneChange(reports: ProcessingDone[]): RawBuilder<unknown> {
  return sql`
    UPDATE processing_jobs SET status = 'completed', result = report.result, attempts = report.attempt, finished_at = now(),
      started_at = greatest(queued_at, now() - make_interval(secs => report.seconds))
    FROM unnest(${idsOf(reports)}::uuid[], ${reports.map((report) => JSON.stringify(processedView(report)))}::json[],
      ${reports.map(({ attempt }) => attempt)}::integer[], ${reports.map(secondsOf)}::float8[])
      AS report (id, result, attempt, seconds)
    WHERE processing_jobs.id = report.id AND status <> 'completed'`;
}

function idsOf(reports: readonly { jobId: string }[]): string[] {
  return reports.map(({ jobId }) => jobId);
}

/** By the worker's clock; 0 where that was set back. */
function secondsOf({ startedAt, doneAt }: ProcessingDone): number {
  return Math.max(Date.parse(doneAt) - Date.parse(startedAt), 0) / 1000;
}
