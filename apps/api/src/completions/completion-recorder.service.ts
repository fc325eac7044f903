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
    const ended = new Set(single.filter((report) => !(report instanceof CaptionStarted)).map(({ imageId }) => imageId));
    await this.repository.recordWaiting(
      reports.flatMap((report) => (report instanceof CaptionWaiting ? report.imageIds : [])),
    );
    // a start whose end came with it would be overwritten at once, and the end tells it too
    const started = latestOf(single, CaptionStarted).filter(({ imageId }) => !ended.has(imageId));
    const recorded: RecordedStatus[] = [
      ...(await this.repository.recordStarted(started)),
      ...(await this.repository.recordFailed(latestOf(single, CaptionFailed))),
      ...(await this.repository.recordCompleted(latestOf(single, CaptionCompleted))),
    ];
    if (recorded.length > 0) await this.publisher.send(imageRecorded, { images: recorded }, { transient: true });
  }
}

/**
 * The reports of one kind, one an image: a statement cannot update a row twice. In the order of their images: replicas that
 * were given the same reports then wait for each other's rows, and never each for the other's.
 */
function latestOf<T extends ReportOfOne>(reports: ReportOfOne[], kind: new () => T): T[] {
  const ofKind = reports.filter((report): report is T => report instanceof kind);
  const latest = new Map(ofKind.map((report) => [report.imageId, report]));
  return [...latest.values()].sort((one, other) => one.imageId - other.imageId);
}
