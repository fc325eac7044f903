import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { JobDefinition } from '@ekphrasis/contracts';
import { MessagingMetrics, ReadinessIndicators } from '@ekphrasis/observability';
import { BatchConsumer, type BatchConsumerOptions } from './batches/batch-consumer.js';
import { BroadcastListener, type BroadcastListenerOptions } from './batches/broadcast-listener.js';
import { ConsumingConnection } from './connection/broker-connection.js';
import { DeliveryConsumer, type DeliveryConsumerOptions } from './deliveries/delivery-consumer.js';
import type { ConsumerServices } from './settlement/consumer-services.js';
import { JobConsumers, type JobConsumersOptions } from './jobs/job-consumers.js';
import { IdentifiedConsumer, type IdentifiedConsumerOptions } from './identified/identified-consumer.js';
import { Publisher } from './publishing/publisher.js';
import { Settlement } from './settlement/settlement.js';

interface Consumer {
  readonly isStopped: boolean;
  check(): Promise<void>;
  stop(): Promise<void>;
}

interface Started {
  readonly queue?: string;
  readonly consumer: Consumer;
}

/**
 * Starts consumers. Each says by itself whether it is ready, and drains when the app shuts down: nobody lists them.
 * A process that starts what nobody declared, or a second consumer of a queue, does not start.
 */
@Injectable()
export class Consumers implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Consumers.name);
  private readonly services: ConsumerServices;
  private readonly started: Started[] = [];

  constructor(
    private readonly connection: ConsumingConnection,
    publisher: Publisher,
    settlement: Settlement,
    metrics: MessagingMetrics,
    private readonly indicators: ReadinessIndicators,
  ) {
    this.services = { connection, publisher, settlement, metrics };
  }

  /** @throws Error where the kind of job is not declared, or has a handler in this process already */
  jobs<Request extends object>(
    job: JobDefinition<Request>,
    options: JobConsumersOptions<Request>,
  ): JobConsumers<Request> {
    if (!this.connection.topology.jobs.includes(job)) throw new Error(`${job.name} jobs are not declared`);
    const queue = job.queues.jobs.name;
    return this.start(options.readiness, queue, () => new JobConsumers(this.services, job, options));
  }

  /** @throws Error where the queue is not declared, or is consumed in this process already */
  batches<T>(options: BatchConsumerOptions<T> & { readiness: string }): BatchConsumer<T> {
    const { queue } = options.source;
    this.expectDeclared(queue);
    return this.start(options.readiness, queue, () => new BatchConsumer(this.services, options));
  }

  /** @throws Error where the queue is not declared, or is consumed in this process already */
  identified(options: IdentifiedConsumerOptions & { readiness: string }): IdentifiedConsumer {
    const { queue } = options;
    this.expectDeclared(queue);
    return this.start(options.readiness, queue, () => new IdentifiedConsumer(this.services, options));
  }

  /** @throws Error where the queue is not declared, or is consumed in this process already */
  deliveries(options: DeliveryConsumerOptions & { readiness: string }): DeliveryConsumer {
    this.expectDeclared(options.queue);
    return this.start(options.readiness, options.queue, () => new DeliveryConsumer(this.services, options));
  }

  broadcasts<T extends object>(options: BroadcastListenerOptions<T> & { readiness: string }): BroadcastListener<T> {
    return this.start(options.readiness, undefined, () => new BroadcastListener(this.services, options));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const startedAt = performance.now();
    const running = this.started.filter(({ consumer }) => !consumer.isStopped);
    await Promise.all(running.map(({ consumer }) => consumer.stop()));
    if (running.length > 0) this.logger.log(`drained in ${Math.round(performance.now() - startedAt)} ms`);
  }

  private expectDeclared(queue: string): void {
    if (!this.connection.topology.queues.some(({ name }) => name === queue))
      throw new Error(`${queue} is not declared`);
  }

  private start<T extends Consumer>(readiness: string, queue: string | undefined, make: () => T): T {
    const isTaken = this.started.some(
      (each) => each.queue !== undefined && each.queue === queue && !each.consumer.isStopped,
    );
    if (isTaken) throw new Error(`${queue} is consumed in this process already`);
    const consumer = make();
    this.started.push({ queue, consumer });
    this.indicators.add({ name: readiness, check: () => consumer.check() });
    return consumer;
  }
}
