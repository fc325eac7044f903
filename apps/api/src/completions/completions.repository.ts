import { Injectable, Logger } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import type {
  CaptionCompleted,
  CaptionFailed,
  CaptionStarted,
  ImageStatus,
  RecordedStatus,
} from '@ekphrasis/contracts';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import { jobColumns, sendJobs, type ImageJob } from '../images/image-jobs.js';
import { CaptionFront } from './caption-front.js';

/** A report of a job that another image had, whose id this one has now, changes nothing. Earlier versions have no nonces. */
const isOwnReport = sql.raw('coalesce(images.nonce = report.nonce, true)');

/** Of an ended job: now, and as long before as its last attempt took, though not before it was queued. */
const timesOfItsEnd = sql.raw(
  'finished_at = now(), started_at = greatest(queued_at, now() - make_interval(secs => report.seconds))',
);

/**
 * Status transitions as workers report them, many images a statement:
 *
 *   queued -> processing -> described            (final: the first description stays)
 *                        -> failed -> described  (a job that was thought dead may still report)
 *
 * All times are the database's, whose clock steers what is done about lost jobs; of a worker's clock only the time between
 * start and end is used.
 */
@Injectable()
export class CompletionsRepository {
  private readonly logger = new Logger(CompletionsRepository.name);

  constructor(
    private readonly database: Database,
    private readonly front: CaptionFront,
  ) {}

  async recordStarted(reports: CaptionStarted[]): Promise<RecordedStatus[]> {
    if (reports.length === 0) return [];
    const changed = await this.change(sql`
      UPDATE images SET status = 'processing', attempts = report.attempt, started_at = now()
      FROM unnest(${idsOf(reports)}::bigint[], ${noncesOf(reports)}::text[],
        ${reports.map(({ attempt }) => attempt)}::integer[]) AS report (id, nonce, attempt)
      WHERE images.id = report.id AND ${isOwnReport} AND status IN ('queued', 'processing') AND attempts <= report.attempt
      RETURNING images.id, images.queued_at`);
    return recordedAs('processing', changed);
  }

  /** Their jobs wait and are not lost: as if they had been queued now. Says nothing of how far workers have come. */
  async recordWaiting(jobs: { imageId: number; nonce?: string }[]): Promise<void> {
    if (jobs.length === 0) return;
    // in one order, lest two replicas wait each for the other's rows
    await withDatabaseErrors(() =>
      sql`
        WITH waiting AS (
          SELECT images.id FROM images
          JOIN unnest(${idsOf(jobs)}::bigint[], ${noncesOf(jobs)}::text[]) AS report (id, nonce) ON images.id = report.id
          WHERE ${isOwnReport} AND finished_at IS NULL ORDER BY images.id FOR UPDATE OF images
        )
        UPDATE images SET requeued_at = now() FROM waiting WHERE images.id = waiting.id`.execute(this.database),
    );
  }

  async recordFailed(reports: CaptionFailed[]): Promise<RecordedStatus[]> {
    if (reports.length === 0) return [];
    await this.change(sql`
      UPDATE images SET status = 'failed', failure_code = report.code, failure_reason = report.reason,
        attempts = report.attempt, ${timesOfItsEnd}
      FROM unnest(${idsOf(reports)}::bigint[], ${noncesOf(reports)}::text[], ${reports.map(({ code }) => code)}::text[],
        ${reports.map(({ reason }) => reason.replaceAll('\0', ''))}::text[],
        ${reports.map(({ attempt }) => attempt)}::integer[],
        ${reports.map(({ startedAt, failedAt }) => secondsBetween(startedAt, failedAt))}::float8[])
        AS report (id, nonce, code, reason, attempt, seconds)
      WHERE images.id = report.id AND ${isOwnReport} AND status IN ('queued', 'processing')
      RETURNING images.id, images.queued_at`);
    const { having, others } = await this.lookAt(reports, 'failed');
    this.tellOthers(others);
    return recordedAs('failed', having);
  }

  async recordCompleted(reports: CaptionCompleted[]): Promise<RecordedStatus[]> {
    if (reports.length === 0) return [];
    const changed = await this.change(sql`
      UPDATE images SET status = 'described', description = report.description, confidence = report.confidence,
        captions = report.captions, model = report.model, attempts = report.attempt, ${timesOfItsEnd},
        failure_code = NULL, failure_reason = NULL
      FROM unnest(${idsOf(reports)}::bigint[], ${noncesOf(reports)}::text[],
        ${reports.map(({ description }) => description.replaceAll('\0', ''))}::text[],
        ${reports.map(({ confidence }) => confidence ?? null)}::real[],
        ${reports.map(captionsOf)}::jsonb[],
        ${reports.map(({ model }) => model ?? null)}::text[],
        ${reports.map(({ attempt }) => attempt)}::integer[],
        ${reports.map(({ startedAt, completedAt }) => secondsBetween(startedAt, completedAt))}::float8[])
        AS report (id, nonce, description, confidence, captions, model, attempt, seconds)
      WHERE images.id = report.id AND ${isOwnReport} AND status <> 'described'
      RETURNING images.id, images.queued_at`);
    if (changed.length === reports.length) return this.described(changed);
    const { having, others } = await this.lookAt(reports, 'described');
    await this.sendAgain(others);
    return this.described(having);
  }

  private async described(ids: number[]): Promise<RecordedStatus[]> {
    await this.forgetDeadLetters(ids);
    return recordedAs('described', ids);
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

  /**
   * Images whose ids the completed job of another image had: it wrote that one's words to `{image_id}.txt` before it reported.
   * Their own jobs, sent again, find what they came to and write the file anew, or will do so at their end. What has failed has
   * no file that anybody should read.
   */
  private async sendAgain(ids: number[]): Promise<void> {
    if (ids.length === 0) return;
    this.tellOthers(ids);
    await withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        const { rows } = await sql<ImageJob>`
          SELECT ${jobColumns} FROM images WHERE id = ANY(${ids}::bigint[]) AND status <> 'failed'`.execute(
          transaction,
        );
        await sendJobs(transaction, rows);
      }),
    );
  }

  private tellOthers(ids: number[]): void {
    if (ids.length > 0)
      this.logger.warn(`ignored reports of jobs that other images had, whose ids are ${ids.join(', ')}`);
  }

  /**
   * @returns of the reported images those that have the status now, whoever gave it to them, and those whose report is of
   *   another image that had their id
   */
  private async lookAt(
    reports: { imageId: number; nonce?: string }[],
    status: ImageStatus,
  ): Promise<{ having: number[]; others: number[] }> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ having: string | null; others: string | null }>`
        SELECT string_agg(images.id::text, ',') FILTER (WHERE ${isOwnReport} AND status = ${status}) AS having,
          string_agg(images.id::text, ',') FILTER (WHERE NOT ${isOwnReport}) AS others
        FROM images JOIN unnest(${idsOf(reports)}::bigint[], ${noncesOf(reports)}::text[]) AS report (id, nonce)
          ON images.id = report.id`.execute(this.database),
    );
    return { having: numbersIn(rows[0]?.having), others: numbersIn(rows[0]?.others) };
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
    return numbersIn(rows[0]?.ids);
  }
}

function secondsBetween(start: string, end: string): number {
  return Math.max(Date.parse(end) - Date.parse(start), 0) / 1000;
}

function idsOf(reports: { imageId: number }[]): number[] {
  return reports.map(({ imageId }) => imageId);
}

function noncesOf(reports: { nonce?: string }[]): (string | null)[] {
  return reports.map(({ nonce }) => nonce ?? null);
}

function numbersIn(list: string | null | undefined): number[] {
  return list?.split(',').map(Number) ?? [];
}

/** Those of several captions, as jsonb; one is the description and needs no other place. */
function captionsOf({ captions }: CaptionCompleted): string | null {
  if (!captions || captions.length < 2) return null;
  return JSON.stringify(captions.map(({ text, confidence }) => ({ text: text.replaceAll('\0', ''), confidence })));
}

function recordedAs(status: ImageStatus, imageIds: number[]): RecordedStatus[] {
  return imageIds.map((imageId) => ({ imageId, status }));
}
