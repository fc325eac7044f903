import { deadLetterOf, type Delivery, type JobConsumers, type JobConsumersOptions } from '@ekphrasis/messaging';
import type { ConsumeMessage } from 'amqplib';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { printJob, printRequested, type PrintRequested } from './print-job.js';

export type Handle = (delivery: Delivery<PrintRequested>) => Promise<void>;

type ConsumeOptions = Partial<JobConsumersOptions<PrintRequested>> & { by?: MessagingApplication };

/** Applications that print, on a virtual host of their own. Jobs wait 50 ms there between their attempts, by the policy `short-waits`. */
export class PrintSystem {
  readonly workers: MessagingApplication[] = [];
  private readonly consumers: JobConsumers<PrintRequested>[] = [];

  private constructor(
    readonly virtualHost: VirtualHost,
    readonly probe: BrokerProbe,
  ) {}

  /** With one worker. */
  static async start(): Promise<PrintSystem> {
    const virtualHost = await provideVirtualHost();
    await virtualHost.setPolicy('short-waits', '^print\\.jobs\\.(deferred|retry)\\.\\d', { 'message-ttl': 50 });
    const system = new PrintSystem(virtualHost, await BrokerProbe.open(virtualHost.url));
    await system.startWorker('first').catch(async (error: unknown) => {
      await system.close();
      throw error;
    });
    return system;
  }

  /** An application of its own in this process; one is lost when the broker closes its connection. */
  async startWorker(name: string): Promise<MessagingApplication> {
    const worker = await startMessaging(this.virtualHost.url, { name });
    this.workers.push(worker);
    return worker;
  }

  /** @param by the first worker, by default */
  async consume(
    handle: Handle,
    { by = this.workers[0]!, ...options }: ConsumeOptions = {},
  ): Promise<JobConsumers<PrintRequested>> {
    const usual = { readiness: 'jobs', prefetch: 4, drainMs: 5_000, handle };
    const started = by.consumers.jobs(printJob, { ...usual, ...options });
    this.consumers.push(started);
    await until('it is subscribed', () => started.check().then(() => true));
    return started;
  }

  async request(...pageIds: number[]): Promise<void> {
    for (const pageId of pageIds) await this.workers[0]!.publisher.send(printRequested, { pageId, tray: 'upper' });
  }

  /** Waits for a dead job. */
  async deadLetter() {
    const message = await until('a job is dead', () => this.probe.take('print.jobs.dead'));
    return deadLetterOf(message as unknown as ConsumeMessage, printJob);
  }

  /** No job waits, is held or is dead. */
  async expectNothingLeft(): Promise<void> {
    await this.stopConsumers(AbortSignal.timeout(5_000));
    for (const { name } of printJob.allQueues) await this.probe.expectLeft(name, 0);
  }

  async stopConsumers(signal: AbortSignal): Promise<void> {
    for (const consumer of this.consumers) await consumer.stop(signal);
  }

  async close(): Promise<void> {
    await this.stopConsumers(AbortSignal.abort());
    await this.probe.close();
    for (const worker of this.workers) await worker.close();
    await this.virtualHost.remove();
  }
}
