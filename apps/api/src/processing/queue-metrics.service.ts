import { Injectable, type OnModuleInit } from '@nestjs/common';
import { clientEvents, processingJob } from '@ekphrasis/contracts';
import { QueueDepths } from '@ekphrasis/messaging';
import { JsonMetrics } from '@ekphrasis/observability';
import { DeadLettersRepository } from '../dead-letters/dead-letters.repository.js';
import { ProcessingJobsRepository } from './processing-jobs.repository.js';

/** How long the broker is waited for; what it does not tell by then is null. */
const brokerMs = 2_000;

interface QueueLength {
  /** The queue's name on the broker. */
  name: string;
  /** Messages that wait in it; null where the broker does not tell. Of the dead letters those that are kept. */
  messages: number | null;
}

/** `GET /metrics` as JSON: the queues that uploads pass through, and how far these are. */
@Injectable()
export class QueueMetrics implements OnModuleInit {
  constructor(
    private readonly depths: QueueDepths,
    private readonly deadLetters: DeadLettersRepository,
    private readonly jobs: ProcessingJobsRepository,
    private readonly metrics: JsonMetrics,
  ) {}

  onModuleInit(): void {
    this.metrics.tell(() => this.read());
  }

  async read(): Promise<object> {
    const { jobs: work, dead } = processingJob.queues;
    const [waiting, failed, byStatus] = await Promise.all([
      this.waitingIn([work.name, clientEvents.queue.name]),
      this.deadLetters.count(dead.name),
      this.jobs.countByStatus(),
    ]);
    const [taskQueue, notificationQueue] = waiting;
    return {
      timestamp: new Date().toISOString(),
      queues: {
        task_queue: taskQueue,
        notification_queue: notificationQueue,
        // a consumer empties the queue of dead letters into the database, where they stay
        dlq: { name: dead.name, messages: failed },
      },
      jobs: { total: Object.values(byStatus).reduce((sum, count) => sum + count, 0), by_status: byStatus },
    };
  }

  private async waitingIn(names: readonly string[]): Promise<QueueLength[]> {
    const depths = await this.depths.read({ names, withinMs: brokerMs }).catch(() => undefined);
    return names.map((name) => ({ name, messages: depths?.get(name)?.waiting ?? null }));
  }
}
