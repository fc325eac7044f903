import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { webhooksChanged } from '@ekphrasis/contracts';
import { Publisher } from '@ekphrasis/messaging';
import { Database, inTransaction } from '@ekphrasis/persistence';
import {
  DeliveriesRepository,
  DeliveryLifecycleRepository,
  testEventType,
  WebhooksRepository,
  type ListedDelivery,
  type Webhook,
  type WebhookEvent,
  type WebhookWishes,
} from '@ekphrasis/webhooks';
import { WebhookDisabledError } from './webhook.errors.js';

/**
 * What clients do with their webhooks. When a promise resolves it is committed; notifiers are told then, and see it in the database
 * within a second where that does not reach them.
 */
@Injectable()
export class Webhooks {
  private readonly logger = new Logger(Webhooks.name);

  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly lifecycle: DeliveryLifecycleRepository,
    private readonly publisher: Publisher,
  ) {}

  create(clientId: string, wishes: WebhookWishes): Promise<Webhook> {
    return this.telling(this.webhooks.create(clientId, wishes));
  }

  list(clientId: string): Promise<Webhook[]> {
    return this.webhooks.list(clientId);
  }

  /** @throws WebhookNotFoundError */
  find(clientId: string, webhookId: string): Promise<Webhook> {
    return this.webhooks.find(clientId, webhookId);
  }

  /** @throws WebhookNotFoundError; what `wish` throws */
  change(clientId: string, webhookId: string, wish: (webhook: Webhook) => WebhookWishes): Promise<Webhook> {
    return this.telling(this.webhooks.change(clientId, webhookId, wish));
  }

  /** @throws WebhookNotFoundError */
  rotateSecret(clientId: string, webhookId: string): Promise<Webhook> {
    return this.telling(this.webhooks.rotateSecret(clientId, webhookId));
  }

  /** @throws WebhookNotFoundError */
  async remove(clientId: string, webhookId: string): Promise<void> {
    await this.webhooks.remove(clientId, webhookId);
    this.tell(webhookId);
  }

  /** Sends it an event that says nothing. @returns the event's id @throws WebhookNotFoundError; WebhookDisabledError */
  async test(clientId: string, webhookId: string): Promise<string> {
    await this.requireEnabled(clientId, webhookId);
    const event: WebhookEvent = {
      eventId: randomUUID(),
      type: testEventType,
      timestamp: new Date().toISOString(),
      data: { webhook_id: webhookId },
    };
    await inTransaction(this.database, (transaction) =>
      this.lifecycle.append(transaction, [{ event, webhookIds: [webhookId] }]),
    );
    this.tell(webhookId);
    return event.eventId;
  }

  /** The newest first. @param before only those with lower ids @throws WebhookNotFoundError */
  async listDeliveries(clientId: string, webhookId: string, limit: number, before?: number): Promise<ListedDelivery[]> {
    await this.webhooks.find(clientId, webhookId);
    return this.deliveries.list(webhookId, limit, before);
  }

  /** With all its attempts before it. @throws WebhookNotFoundError; WebhookDisabledError; DeliveryNotFoundError */
  async redeliver(clientId: string, webhookId: string, deliveryId: number): Promise<void> {
    await this.requireEnabled(clientId, webhookId);
    await this.lifecycle.redeliver(webhookId, deliveryId);
    this.tell(webhookId);
  }

  private async requireEnabled(clientId: string, webhookId: string): Promise<void> {
    const { enabled } = await this.webhooks.find(clientId, webhookId);
    if (!enabled) throw new WebhookDisabledError();
  }

  private async telling(change: Promise<Webhook>): Promise<Webhook> {
    const webhook = await change;
    this.tell(webhook.webhookId);
    return webhook;
  }

  /** Nobody waits for the broker: without the broadcast, notifiers find it in the database. */
  private tell(webhookId: string): void {
    this.publisher.send(webhooksChanged, { webhookIds: [webhookId] }, { transient: true }).catch((error: Error) => {
      this.logger.debug({ webhookId, msg: `notifiers see the change at their next look: ${error.message}` });
    });
  }
}
