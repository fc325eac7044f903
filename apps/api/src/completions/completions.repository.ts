import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import type {
  CaptionCompleted,
  CaptionFailed,
  CaptionStarted,
  ImageStatus,
  RecordedStatus,
} from '@ekphrasis/contracts';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import { CaptionFront } from './caption-front.js';

/**
 * Status transitions as workers report them, many images a statement:
 *
 *   queued -> processing -> described            (final: the first description stays)
 *                        -> failed -> described  (a job that was thought dead may still report)
 */
@Injectable()
export class CompletionsRepository {
  constructor(
    private readonly database: Database,
    private readonly front: CaptionFront,
  ) {}

  async recordStarted(reports: CaptionStarted[]): Promise<RecordedStatus[]> {
    if (reports.length === 0) return [];
    const changed = await this.change(sql`
      UPDATE images SET status = 'processing', attempts = report.attempt, started_at = report.started_at
      FROM unnest(${reports.map(({ imageId }) => imageId)}::bigint[], ${reports.map(({ attempt }) => attempt)}::integer[],
        ${reports.map(({ startedAt }) => startedAt)}::timestamptz[]) AS report (id, attempt, started_at)
      WHERE images.id = report.id AND status IN ('queued', 'processing') AND attempts <= report.attempt
      RETURNING images.id, images.queued_at`);
    return recordedAs('processing', changed);
  }

  /** Their jobs wait and are not lost: as if they had been queued now. Says nothing of how far workers have come. */
  async recordWaiting(imageIds: number[]): Promise<void> {
    if (imageIds.length === 0) return;
    // in one order, lest two replicas wait each for the other's rows
    await withDatabaseErrors(() =>
      sql`
        WITH waiting AS (
          SELECT id FROM images WHERE id = ANY(${imageIds}::bigint[]) AND finished_at IS NULL ORDER BY id FOR UPDATE
        )
        UPDATE images SET requeued_at = now() FROM waiting WHERE images.id = waiting.id`.execute(this.database),
    );
  }

  async recordFailed(reports: CaptionFailed[]): Promise<RecordedStatus[]> {
    if (reports.length === 0) return [];
    await this.change(sql`
      UPDATE images SET status = 'failed', failure_code = report.code, failure_reason = report.reason,
        attempts = report.attempt, started_at = report.started_at, finished_at = report.failed_at
      FROM unnest(${reports.map(({ imageId }) => imageId)}::bigint[], ${reports.map(({ code }) => code)}::text[],
        ${reports.map(({ reason }) => reason.replaceAll('\0', ''))}::text[],
        ${reports.map(({ attempt }) => attempt)}::integer[],
        ${reports.map(({ startedAt }) => startedAt)}::timestamptz[],
        ${reports.map(({ failedAt }) => failedAt)}::timestamptz[])
        AS report (id, code, reason, attempt, started_at, failed_at)
      WHERE images.id = report.id AND status IN ('queued', 'processing')
      RETURNING images.id, images.queued_at`);
    return recordedAs('failed', await this.havingStatus('failed', reports));
  }

  async recordCompleted(reports: CaptionCompleted[]): Promise<RecordedStatus[]> {
    if (reports.length === 0) return [];
    const changed = await this.change(sql`
      UPDATE images SET status = 'described', description = report.description, confidence = report.confidence,
        captions = report.captions, model = report.model, attempts = report.attempt, started_at = report.started_at,
        finished_at = report.completed_at, failure_code = NULL, failure_reason = NULL
      FROM unnest(${reports.map(({ imageId }) => imageId)}::bigint[],
        ${reports.map(({ description }) => description.replaceAll('\0', ''))}::text[],
        ${reports.map(({ confidence }) => confidence ?? null)}::real[],
        ${reports.map(captionsOf)}::jsonb[],
        ${reports.map(({ model }) => model ?? null)}::text[],
        ${reports.map(({ attempt }) => attempt)}::integer[],
        ${reports.map(({ startedAt }) => startedAt)}::timestamptz[],
        ${reports.map(({ completedAt }) => completedAt)}::timestamptz[])
        AS report (id, description, confidence, captions, model, attempt, started_at, completed_at)
      WHERE images.id = report.id AND status <> 'described'
      RETURNING images.id, images.queued_at`);
    const described = changed.length === reports.length ? changed : await this.havingStatus('described', reports);
    await this.forgetDeadLetters(described);
    return recordedAs('described', described);
  }

  /**
   * Nobody has anything to do about a job whose image has its description. In a statement after the commit: it must see a
   * letter whose transaction the update has just waited for. A crash in between brings the reports again, and them here.
   */
  private async forgetDeadLetters(ids: number[]): Promise<void> {
    await withDatabaseErrors(() =>
      sql`DELETE FROM dead_letters WHERE image_id = ANY(${ids}::bigint[])`.execute(this.database),
    );
  }

  /** Those of the reported images that have the status now, whoever gave it to them. */
  private async havingStatus(status: ImageStatus, reports: { imageId: number }[]): Promise<number[]> {
    const ids = reports.map(({ imageId }) => imageId);
    const { rows } = await withDatabaseErrors(() =>
      sql<{ id: number }>`SELECT id FROM images WHERE id = ANY(${ids}::bigint[]) AND status = ${status}`.execute(
        this.database,
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** @param update returns `id` and `queued_at` of each image that it changes @returns the ids */
  private async change(update: RawBuilder<unknown>): Promise<number[]> {
    const { rows } = await withDatabaseErrors(() =>
      // one text: the driver would make an object of every row
      sql<{ ids: string | null; newest: Date | null }>`
        WITH changed AS (${update})
        SELECT string_agg(id::text, ',') AS ids, max(queued_at) AS newest FROM changed`.execute(this.database),
    );
    this.front.reach(rows[0]?.newest);
    return rows[0]?.ids?.split(',').map(Number) ?? [];
  }
}

/** Those of several captions, as jsonb; one is the description and needs no other place. */
function captionsOf({ captions }: CaptionCompleted): string | null {
  if (!captions || captions.length < 2) return null;
  return JSON.stringify(captions.map(({ text, confidence }) => ({ text: text.replaceAll('\0', ''), confidence })));
}

function recordedAs(status: ImageStatus, imageIds: number[]): RecordedStatus[] {
  return imageIds.map((imageId) => ({ imageId, status }));
}
