import { Injectable } from '@nestjs/common';
import { MessagingMetrics } from '@ekphrasis/observability';
import { BatchConsumer, type BatchConsumerOptions } from './batch-consumer.js';
import { BroadcastListener, type BroadcastListenerOptions } from './broadcast-listener.js';
import { ConsumingConnection } from './broker-connection.js';
import { DeferredJobConsumer } from './deferred-job-consumer.js';
import type { DeferralGate } from './deferral-gate.js';
import { JobConsumer, type JobConsumerOptions } from './job-consumer.js';
import { Publisher } from './publisher.js';
import { Settlement } from './settlement.js';

/** Starts consumers. Each must be stopped by whoever started it, before the app shuts down. */
@Injectable()
export class Consumers {
  constructor(
    private readonly connection: ConsumingConnection,
    private readonly publisher: Publisher,
    private readonly settlement: Settlement,
    private readonly metrics: MessagingMetrics,
  ) {}

  jobs(options: JobConsumerOptions): JobConsumer {
    return new JobConsumer(this.connection, this.publisher, this.settlement, this.metrics, options);
  }

  deferredJobs(gate: DeferralGate): DeferredJobConsumer {
    return new DeferredJobConsumer(this.connection, this.publisher, this.settlement, this.metrics, gate);
  }

  batches<T>(options: BatchConsumerOptions<T>): BatchConsumer<T> {
    return new BatchConsumer(this.connection, this.settlement, this.metrics, options);
  }

  broadcasts<T extends object>(options: BroadcastListenerOptions<T>): BroadcastListener<T> {
    return new BroadcastListener(this.connection, this.publisher, options);
  }
}
