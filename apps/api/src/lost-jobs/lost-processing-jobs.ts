import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { processingJob } from '@ekphrasis/contracts';
import { QueueDepths } from '@ekphrasis/messaging';
import { Registry } from '@ekphrasis/observability';
import { OUTBOX_STORE, OutboxRelay, type OutboxStore } from '@ekphrasis/outbox';
import { ApiSettings } from '../api.settings.js';
import { ProcessingLifecycleRepository } from '../processing/lifecycle/processing-lifecycle.repository.js';
import { LostJobs } from './lost-jobs.js';
import { ProcessingQueuePosition } from './processing-queue-position.js';

/** Processing jobs that the broker has lost. */
@Injectable()
export class LostProcessingJobs extends LostJobs {
  constructor(
    lifecycle: ProcessingLifecycleRepository,
    position: ProcessingQueuePosition,
    @Inject(OUTBOX_STORE) outbox: OutboxStore,
    depths: QueueDepths,
    relay: OutboxRelay,
    @Inject(ApiSettings) settings: Pick<ApiSettings, 'LOST_JOB_AFTER_MS'>,
    registry: Registry,
  ) {
    const { jobs } = processingJob.queues;
    const kind = {
      rows: 'processing jobs',
      routingKey: processingJob.request.routingKey,
      jobQueue: jobs.name,
      queues: [jobs.name, processingJob.reports.queue.name],
      requeue: (before: Date, limit: number) => lifecycle.requeueLost(before, limit),
      requeued: new Counter({
        name: 'ekphrasis_requeued_processing_jobs_total',
        help: 'Processing jobs that were lost and sent again by this replica',
        registers: [registry],
      }),
    };
    super(kind, position, { outbox, depths, relay }, settings.LOST_JOB_AFTER_MS);
  }
}
