import { Injectable, Logger } from '@nestjs/common';
import { measurementJob, type MeasurementTaken } from '@ekphrasis/contracts';
import type { DeadLetter } from '@ekphrasis/messaging';
import { append } from '@ekphrasis/outbox';
import { Database, inTransaction } from '@ekphrasis/persistence';
import type { DeadJobs, Subject } from './dead-jobs.js';

/**
 * A dead measurement is kept. Its row stays uncounted, and is counted one by one meanwhile, until the message is sent again: by a
 * person, or as lost. No image is meant by it, and nothing is reported of it.
 */
@Injectable()
export class DeadMeasurementJobs implements DeadJobs {
  readonly kind = measurementJob;
  private readonly logger = new Logger(DeadMeasurementJobs.name);

  constructor(private readonly database: Database) {}

  subjectOfJob({ body }: DeadLetter): Subject {
    return { rowId: this.measurementIn(body)?.measurementId };
  }

  subjectOfReport(): Subject {
    return {};
  }

  async judge(): Promise<'keep'> {
    return 'keep';
  }

  async sendGivenBack(letter: DeadLetter): Promise<boolean | undefined> {
    const measurement = this.measurementIn(letter.body);
    if (!measurement) return undefined;
    await inTransaction(this.database, (transaction) => append(transaction, measurementJob.request, [measurement]));
    return true;
  }

  rowOf({ body }: { body: Buffer }): object | undefined {
    const measurement = this.measurementIn(body);
    return measurement && { measurement_id: measurement.measurementId };
  }

  private measurementIn(body: Buffer): MeasurementTaken | undefined {
    try {
      return measurementJob.request.decode(body);
    } catch (error) {
      this.logger.warn(`a dead letter is no measurement: ${(error as Error).message}`);
      return undefined;
    }
  }
}
