import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { processingRecorded, type ProcessingRecorded } from '@ekphrasis/contracts';
import { Consumers } from '@ekphrasis/messaging';
import { ChangedIds } from './changed-ids.js';
import { ProcessingJobsRepository } from './processing-jobs.repository.js';
import { processingStatusView } from './processing-status.js';

const retryMs = 1_000;
/** What is announced where any job may have changed. */
const anyJob = 'any';

/** Tells whoever follows processing jobs in this process what becomes of them, whichever replica records it. */
@Injectable()
export class ProcessingChanges implements OnApplicationBootstrap {
  /** An event for each changed job, by its id. */
  private readonly announcements = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly consumers: Consumers,
    private readonly jobs: ProcessingJobsRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.broadcasts<ProcessingRecorded>({
      readiness: 'processing-recorded',
      contracts: [processingRecorded],
      onMessage: ({ jobIds }) => jobIds.forEach((id) => this.announcements.emit(id, id)),
      // what was recorded before the binding was in place nobody has told
      onBound: () => this.announcements.emit(anyJob),
    });
  }

  /**
   * The status of each job now, and its newest one whenever that has changed, until all have ended or are not there; nothing after
   * each `heartbeatMs` without a change.
   * @param clientId who follows them: jobs of others are not there
   * @throws {DatabaseUnavailableError} where they cannot be read at first; later that is tried again
   */
  async *follow(
    jobIds: ReadonlySet<string>,
    clientId: string | undefined,
    heartbeatMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ json: string }[]> {
    const followed = new ChangedIds(jobIds, this.announcements, anyJob);
    const told = new Map<string, string>();
    let hasBegun = false;
    try {
      while (followed.size > 0) {
        if (!(await followed.changedWithin(heartbeatMs, signal))) {
          if (signal.aborted) return;
          yield [];
          continue;
        }
        const ids = followed.take();
        try {
          const rows = new Map((await this.jobs.findThose(ids, clientId)).map((row) => [row.id, row]));
          hasBegun = true;
          const states = ids.flatMap((id) => {
            const row = rows.get(id);
            if (!row || row.finishedAt) followed.leave(id);
            const json = row && JSON.stringify(processingStatusView(row));
            if (json === undefined || told.get(id) === json) return [];
            told.set(id, json);
            return [{ json }];
          });
          if (states.length > 0) yield states;
        } catch (error) {
          if (!hasBegun) throw error;
          followed.putBack(ids);
          await pause(retryMs, undefined, { ref: false });
        }
      }
    } finally {
      followed.close();
    }
  }
}
