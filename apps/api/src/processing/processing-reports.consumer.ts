import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { processingJob } from '@ekphrasis/contracts';
import { Consumers, reportsOf } from '@ekphrasis/messaging';
import { ProcessingRecorder, type ProcessingReport } from './processing-recorder.service.js';

/** Takes what image workers report, in competition with the other replicas. */
@Injectable()
export class ProcessingReportsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    private readonly recorder: ProcessingRecorder,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.batches<ProcessingReport>({
      ...reportsOf<ProcessingReport>(processingJob),
      readiness: 'processing',
      prefetch: 1_000,
      batchSize: 500,
      handle: (reports) => this.recorder.record(reports),
    });
  }
}
