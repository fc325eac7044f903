import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { measurementJob } from '@ekphrasis/contracts';
import { QueueDepths } from '@ekphrasis/messaging';
import { Registry } from '@ekphrasis/observability';
import { OUTBOX_STORE, OutboxRelay, type OutboxStore } from '@ekphrasis/outbox';
import { ApiSettings } from '../api.settings.js';
import { MeasurementsRepository } from '../red/measurements.repository.js';
import { LostJobs } from './lost-jobs.js';
import { QueuePosition } from './queue-position.js';

/** Messages of measurements that the broker has lost. Nothing is reported of them: they are passed where none waits any more. */
@Injectable()
export class LostMeasurementJobs extends LostJobs {
  constructor(
    measurements: MeasurementsRepository,
    @Inject(OUTBOX_STORE) outbox: OutboxStore,
    depths: QueueDepths,
    relay: OutboxRelay,
    @Inject(ApiSettings) settings: Pick<ApiSettings, 'LOST_JOB_AFTER_MS'>,
    registry: Registry,
  ) {
    const kind = {
      rows: 'measurements',
      routingKey: measurementJob.request.routingKey,
      jobQueue: measurementJob.queues.jobs.name,
      queues: [measurementJob.queues.jobs.name],
      requeue: (before: Date, limit: number) => measurements.requeueLost(before, limit),
      requeued: new Counter({
        name: 'ekphrasis_requeued_measurements_total',
        help: 'Measurements whose messages were lost and sent again by this replica',
        registers: [registry],
      }),
    };
    super(kind, new QueuePosition(), { outbox, depths, relay }, settings.LOST_JOB_AFTER_MS);
  }
}
