import { Injectable, Logger } from '@nestjs/common';
import {
  imageRecorded,
  type CaptionCompleted,
  type CaptionFailed,
  type CaptionStarted,
  type ImageStatus,
  type RecordedStatus,
} from '@ekphrasis/contracts';
import { Publisher } from '@ekphrasis/messaging';
import { DeadLettersRepository } from '../dead-letters/dead-letters.repository.js';
import { ImageLifecycleRepository, type ChangedImages } from '../images/lifecycle/image-lifecycle.repository.js';
import { secondsBetween } from '../images/lifecycle/reported-changes.js';
import { CaptionQueuePosition } from '../lost-jobs/caption-queue-position.js';
import { ReportedImagesRepository } from './reported-images.repository.js';
import { sortReports, type Report } from './reports.js';

/**
 * Makes what workers report durable and known: commit, then broadcast, and only then may the caller ack. Recording the same
 * report again changes nothing and broadcasts again, so a crash between any two steps loses nothing.
 */
@Injectable()
export class CompletionRecorder {
  private readonly logger = new Logger(CompletionRecorder.name);

  constructor(
    private readonly lifecycle: ImageLifecycleRepository,
    private readonly images: ReportedImagesRepository,
    private readonly deadLetters: DeadLettersRepository,
    private readonly position: CaptionQueuePosition,
    private readonly publisher: Publisher,
  ) {}

  async record(reports: Report[]): Promise<void> {
    const { waiting, started, failed, completed } = sortReports(reports);
    await this.lifecycle.keepWaiting(waiting);
    const recorded = [
      ...(await this.recordStarted(started)),
      ...(await this.recordFailed(failed)),
      ...(await this.recordCompleted(completed)),
    ];
    if (recorded.length > 0) await this.publisher.send(imageRecorded, { images: recorded }, { transient: true });
  }

  private async recordStarted(reports: CaptionStarted[]): Promise<RecordedStatus[]> {
    return recordedAs('processing', this.passed(await this.lifecycle.start(reports)));
  }

  private async recordFailed(reports: CaptionFailed[]): Promise<RecordedStatus[]> {
    if (reports.length === 0) return [];
    const jobs = reports.map(({ startedAt, failedAt, ...job }) => ({
      ...job,
      seconds: secondsBetween(startedAt, failedAt),
    }));
    this.passed(await this.lifecycle.fail(jobs));
    const { having, others } = await this.images.find(reports, 'failed');
    this.tellOthers(others);
    return recordedAs('failed', having);
  }

  private async recordCompleted(reports: CaptionCompleted[]): Promise<RecordedStatus[]> {
    const changed = await this.lifecycle.describe(reports);
    this.passed(changed);
    const { having, others, clients } =
      changed.ids.length === reports.length
        ? { having: changed.ids, others: [], clients: changed.clients }
        : await this.images.find(reports, 'described');
    await this.sendOwnJobs(others);
    // Nobody has anything to do about these any more. After the commit: a letter whose transaction the update has just waited
    // for must be seen. A crash in between brings the reports again, and them here
    await this.deadLetters.forget(having);
    return having.map((imageId) => ({ imageId, status: 'described', clientId: clients.get(imageId) ?? null }));
  }

  /** Workers have come as far as what they report was queued. @returns the ids */
  private passed({ ids, newestQueuedAt }: ChangedImages): number[] {
    if (newestQueuedAt) this.position.advance(newestQueuedAt);
    return ids;
  }

  /**
   * Images whose ids the completed job of another image had: it wrote that one's words to `{image_id}.txt` before it reported.
   * Their own jobs, sent again, find what they came to and write the file anew, or will do so at their end. What has failed has
   * no file that anybody should read.
   */
  private async sendOwnJobs(ids: number[]): Promise<void> {
    if (ids.length === 0) return;
    this.tellOthers(ids);
    await this.images.sendAgain(ids);
  }

  private tellOthers(ids: number[]): void {
    if (ids.length > 0)
      this.logger.warn(`ignored reports of jobs that other images had, whose ids are ${ids.join(', ')}`);
  }
}

function recordedAs(status: ImageStatus, imageIds: number[]): RecordedStatus[] {
  return imageIds.map((imageId) => ({ imageId, status }));
}
