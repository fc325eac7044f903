import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { LikeLines } from '@ekphrasis/observability';
import { DeliveryLifecycleRepository, type AttemptOutcome } from '@ekphrasis/webhooks';

const batchSize = 500;
const pauseMs = 500;

interface Waiting {
  outcome: AttemptOutcome;
  done: () => void;
}

/** Records outcomes, all that have come meanwhile as one statement. While the database is away they wait. */
@Injectable()
export class OutcomeRecorder {
  private readonly logger = new Logger(OutcomeRecorder.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));
  private waiting: Waiting[] = [];
  private inHand = 0;
  private work?: Promise<void>;
  private isEnding = false;

  constructor(private readonly lifecycle: DeliveryLifecycleRepository) {}

  /** Outcomes that are not recorded yet. */
  get pending(): number {
    return this.waiting.length + this.inHand;
  }

  /** Resolves when it is recorded, or the process ends without the database. */
  record(outcome: AttemptOutcome): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ outcome, done });
      this.work ??= this.run().finally(() => (this.work = undefined));
    });
  }

  /** Tries once more what waits. What cannot be recorded then comes again: its lease ends. */
  async end(): Promise<void> {
    this.isEnding = true;
    await this.work;
  }

  private async run(): Promise<void> {
    // what ends in one turn of the event loop is one batch
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, batchSize);
      this.inHand = batch.length;
      await this.recordBatch(batch.map(({ outcome }) => outcome));
      this.inHand = 0;
      for (const { done } of batch) done();
    }
  }

  private async recordBatch(outcomes: AttemptOutcome[]): Promise<void> {
    for (;;) {
      try {
        return await this.lifecycle.record(outcomes);
      } catch (error) {
        const { message } = error as Error;
        this.failures.say(message, `what became of ${outcomes.length} deliveries cannot be recorded now: ${message}`);
        if (this.isEnding) return;
        await pause(pauseMs);
      }
    }
  }
}
