import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { webhooksChanged, type WebhooksChanged } from '@ekphrasis/contracts';
import { Consumers, MemoryCopy } from '@ekphrasis/messaging';
import { DeliveryScheduler } from '../scheduling/delivery-scheduler.service.js';
import { KnownWebhooks } from './known-webhooks.js';

/** Keeps this notifier's webhooks those of the database. */
@Injectable()
export class WebhooksListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(WebhooksListener.name);
  private readonly copy: MemoryCopy<WebhooksChanged>;

  constructor(
    consumers: Consumers,
    private readonly known: KnownWebhooks,
    private readonly scheduler: DeliveryScheduler,
  ) {
    this.copy = new MemoryCopy(consumers, {
      name: 'webhooks',
      contracts: [webhooksChanged],
      load: () => this.load(),
      learn: ({ webhookIds }) => void this.learn(webhookIds),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.copy.start();
  }

  beforeApplicationShutdown(): void {
    this.copy.stop();
  }

  private async load(): Promise<void> {
    await this.known.loadAll();
    this.logger.log(`${this.known.size} webhooks are known`);
  }

  /** Never rejects: what cannot be read now, the scheduler's next look reads. */
  private async learn(webhookIds: readonly string[]): Promise<void> {
    try {
      await this.known.refresh();
      this.scheduler.wake(webhookIds);
    } catch (error) {
      this.logger.debug(`what has changed cannot be read now: ${(error as Error).message}`);
    }
  }
}
