import { Injectable } from '@nestjs/common';
import { Histogram, Registry } from 'prom-client';

/** Up to ten minutes: a burst waits in the queue for as long as it takes. */
const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** How long uploads take until their pictures are there. */
@Injectable()
export class ProcessingMetrics {
  private readonly latency: Histogram;

  constructor(registry: Registry) {
    this.latency = new Histogram({
      name: 'ekphrasis_processing_latency_seconds',
      help: 'From the acceptance of an upload to its recorded result, of those that completed',
      buckets,
      registers: [registry],
    });
  }

  /** Records jobs that have completed. @param seconds of each, since it was queued */
  completed(seconds: readonly number[]): void {
    for (const each of seconds) this.latency.observe(each);
  }
}
