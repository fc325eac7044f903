import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { Schema } from '@ekphrasis/persistence';
import { DeliveryLifecycleRepository, type WebhookEvent, type WebhookEventType } from '@ekphrasis/webhooks';
import { DeliveryScheduler } from '../scheduling/delivery-scheduler.service.js';
import { KnownWebhooks } from './known-webhooks.js';

/** Something that happened to what a client has submitted. */
export interface HappenedEvent extends WebhookEvent {
  clientId: string;
  type: WebhookEventType;
  /** Of `red.exceeded`, 0 to 1: who is told depends on it. */
  red?: number;
}

/**
 * Turns events into deliveries. In the consumer's transaction, so that an event is told if and only if its other effects are there:
 *
 *     const toWake = await inTransaction(database, async (transaction) => {
 *       …
 *       return eventDeliveries.append(transaction, events);
 *     });
 *     eventDeliveries.committed(toWake);
 */
@Injectable()
export class EventDeliveries {
  constructor(
    private readonly known: KnownWebhooks,
    private readonly lifecycle: DeliveryLifecycleRepository,
    private readonly scheduler: DeliveryScheduler,
  ) {}

  /**
   * Appends a delivery of each event for each webhook of its client that asks for it. Webhooks are looked up in memory, which is
   * compared with the database first: a webhook that was made before the event is told of it. An event id that is known changes nothing.
   * @returns what to hand to `committed`
   */
  async append(transaction: Transaction<Schema>, events: readonly HappenedEvent[]): Promise<string[]> {
    if (events.length === 0) return [];
    await this.known.refresh(transaction);
    const told = events.map((event) => ({ event, webhookIds: this.known.askingFor(event) }));
    return this.lifecycle.append(transaction, told);
  }

  /** Has them delivered at once; otherwise they wait for the scheduler's next look. */
  committed(webhookIds: readonly string[]): void {
    this.scheduler.wake(webhookIds);
  }
}
