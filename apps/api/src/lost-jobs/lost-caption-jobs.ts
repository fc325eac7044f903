import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { captionJob } from '@ekphrasis/contracts';
import { QueueDepths } from '@ekphrasis/messaging';
import { Registry } from '@ekphrasis/observability';
import { OUTBOX_STORE, OutboxRelay, type OutboxStore } from '@ekphrasis/outbox';
import { ApiSettings } from '../api.settings.js';
import { ImageLifecycleRepository } from '../images/lifecycle/image-lifecycle.repository.js';
import { CaptionQueuePosition } from './caption-queue-position.js';
import { LostJobs } from './lost-jobs.js';

/** Caption jobs that the broker has lost. */
@Injectable()
export class LostCaptionJobs extends LostJobs {
  constructor(
    lifecycle: ImageLifecycleRepository,
    position: CaptionQueuePosition,
    @Inject(OUTBOX_STORE) outbox: OutboxStore,
    depths: QueueDepths,
    relay: OutboxRelay,
    @Inject(ApiSettings) settings: Pick<ApiSettings, 'LOST_JOB_AFTER_MS'>,
    registry: Registry,
  ) {
    const kind = {
      rows: 'images',
      routingKey: captionJob.request.routingKey,
      jobQueue: captionJob.queues.jobs.name,
      queues: [captionJob.queues.jobs.name, captionJob.reports.queue.name],
      requeue: (before: Date, limit: number) => lifecycle.requeueLost(before, limit),
      requeued: new Counter({
        name: 'ekphrasis_requeued_images_total',
        help: 'Images whose jobs were lost and sent again by this replica',
        registers: [registry],
      }),
    };
    super(kind, position, { outbox, depths, relay }, settings.LOST_JOB_AFTER_MS);
  }
}
