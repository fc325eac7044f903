import { Injectable } from '@nestjs/common';
import {
  CaptionCompleted,
  CaptionFailed,
  CaptionStarted,
  imageRecorded,
  type RecordedStatus,
} from '@ekphrasis/contracts';
import { Publisher } from '@ekphrasis/messaging';
import { CompletionsRepository } from './completions.repository.js';

/** What a worker may report about a job. */
export type Report = CaptionStarted | CaptionCompleted | CaptionFailed;

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
    const ended = new Set(
      reports.filter((report) => !(report instanceof CaptionStarted)).map(({ imageId }) => imageId),
    );
    // a start whose end came with it would be overwritten at once, and the end tells it too
    const started = latestOf(reports, CaptionStarted).filter(({ imageId }) => !ended.has(imageId));
    const recorded: RecordedStatus[] = [
      ...(await this.repository.recordStarted(started)),
      ...(await this.repository.recordFailed(latestOf(reports, CaptionFailed))),
      ...(await this.repository.recordCompleted(latestOf(reports, CaptionCompleted))),
    ];
    if (recorded.length > 0) await this.publisher.send(imageRecorded, { images: recorded }, { transient: true });
  }
}

/**
 * The reports of one kind, one an image: a statement cannot update a row twice. In the order of their images: replicas that
 * were given the same reports then wait for each other's rows, and never each for the other's.
 */
function latestOf<T extends Report>(reports: Report[], kind: new () => T): T[] {
  const ofKind = reports.filter((report): report is T => report instanceof kind);
  const latest = new Map(ofKind.map((report) => [report.imageId, report]));
  return [...latest.values()].sort((one, other) => one.imageId - other.imageId);
}
