import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { measurementJob, type MeasurementTaken } from '@ekphrasis/contracts';
import { CodedError, codeOf } from '@ekphrasis/errors';
import { Consumers } from '@ekphrasis/messaging';
import { NotifierSettings } from '../notifier.settings.js';
import { MeasurementRecorder } from './measurement-recorder.service.js';

/** Takes measurements one by one. On SIGTERM it finishes the one in hand. */
@Injectable()
export class MeasurementConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    private readonly recorder: MeasurementRecorder,
    @Inject(NotifierSettings) private readonly settings: Pick<NotifierSettings, 'SHUTDOWN_TIMEOUT_MS'>,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.jobs(measurementJob, {
      readiness: 'measurements',
      prefetch: 1,
      drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
      handle: ({ message }) => this.record(message),
    });
  }

  private async record(measurement: MeasurementTaken): Promise<void> {
    try {
      await this.recorder.record(measurement);
    } catch (error) {
      if (codeOf(error) !== 'database-unavailable') throw error;
      // all measurements need the database: that it is away says nothing of this one
      const { message } = error as Error;
      throw new CodedError('database-unavailable', message, { retryable: true, attemptCounts: false, cause: error });
    }
  }
}
