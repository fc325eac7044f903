import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { captionCompleted, captionFailed, captionStarted, captionWaiting, completions } from '@ekphrasis/contracts';
import { completionFailures, Consumers, decoderOf, type BatchConsumer } from '@ekphrasis/messaging';
import { CompletionRecorder } from './completion-recorder.service.js';
import type { Report } from './reports.js';

/** Takes what workers report, in competition with the other replicas. */
@Injectable()
export class CompletionsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private consumer?: BatchConsumer<Report>;

  constructor(
    private readonly consumers: Consumers,
    private readonly recorder: CompletionRecorder,
  ) {}

  onApplicationBootstrap(): void {
    this.consumer = this.consumers.batches<Report>({
      queue: completions.name,
      decode: decoderOf<Report>([captionStarted, captionCompleted, captionFailed, captionWaiting]),
      prefetch: 1_000,
      batchSize: 500,
      failures: completionFailures,
      handle: (reports) => this.recorder.record(reports),
    });
  }

  async check(): Promise<void> {
    await this.consumer?.check();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.consumer?.stop();
  }
}
