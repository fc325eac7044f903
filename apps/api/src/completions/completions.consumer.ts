import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { captionJob } from '@ekphrasis/contracts';
import { Consumers, reportsOf } from '@ekphrasis/messaging';
import { CompletionRecorder } from './completion-recorder.service.js';
import type { Report } from './reports.js';

/** Takes what workers report, in competition with the other replicas. */
@Injectable()
export class CompletionsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    private readonly recorder: CompletionRecorder,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.batches<Report>({
      ...reportsOf<Report>(captionJob),
      readiness: 'completions',
      prefetch: 1_000,
      batchSize: 500,
      handle: (reports) => this.recorder.record(reports),
    });
  }
}
