import { Injectable } from '@nestjs/common';
import {
  CaptionCompleted,
  CaptionFailed,
  CaptionStarted,
  CaptionWaiting,
  imageRecorded,
  type RecordedStatus,
} from '@ekphrasis/contracts';
import { Publisher } from '@ekphrasis/messaging';
import { CompletionsRepository } from './completions.repository.js';

/** What a worker may report about a job. */
export type Report = CaptionStarted | CaptionCompleted | CaptionFailed | CaptionWaiting;
type ReportOfOne = Exclude<Report, CaptionWaiting>;

/**
 * Makes what workers report durable and known: commit, then broadcast, and only then may the caller ack. Recording the same
 * report again changes nothing and broadcasts again, so a crash between any two steps loses nothing.
 */
@Injectable()
export class CompletionRecorder {
  constructor(
    private readonly repository: CompletionsRepository,
    private readonly publisher: Publisher,
  ) {}

  async record(reports: Report[]): Promise<void> {
    const single = reports.filter((report): report is ReportOfOne => !(report instanceof CaptionWaiting));
    const ended = new Set(single.filter((report) => !(report instanceof CaptionStarted)).map(jobOf));
    await this.repository.recordWaiting(
      reports.flatMap((report) => (report instanceof CaptionWaiting ? jobsOf(report) : [])),
    );
    // a start whose end came with it would be overwritten at once, and the end tells it too
    const started = latestOf(single, CaptionStarted).filter((report) => !ended.has(jobOf(report)));
    const recorded: RecordedStatus[] = [
      ...(await this.repository.recordStarted(started)),
      ...(await this.repository.recordFailed(latestOf(single, CaptionFailed))),
      ...(await this.repository.recordCompleted(latestOf(single, CaptionCompleted))),
    ];
    if (recorded.length > 0) await this.publisher.send(imageRecorded, { images: recorded }, { transient: true });
  }
}

/** Tells jobs apart: those of different images too that have, or had, the same id. */
function jobOf({ imageId, nonce }: ReportOfOne): string {
  return `${imageId} ${nonce ?? ''}`;
}

function jobsOf({ imageIds, nonces }: CaptionWaiting): { imageId: number; nonce?: string }[] {
  return imageIds.map((imageId, index) => ({ imageId, nonce: nonces?.[index] || undefined }));
}

/**
 * The reports of one kind, one a job: a statement cannot update a row twice. In the order of their images: replicas that
 * were given the same reports then wait for each other's rows, and never each for the other's.
 */
function latestOf<T extends ReportOfOne>(reports: ReportOfOne[], kind: new () => T): T[] {
  const ofKind = reports.filter((report): report is T => report instanceof kind);
  const latest = new Map(ofKind.map((report) => [jobOf(report), report]));
  return [...latest.values()].sort((one, other) => one.imageId - other.imageId);
}
