import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { clientEvents, type ClientEvent } from '@ekphrasis/contracts';
import { Consumers, decoderOf } from '@ekphrasis/messaging';
import { Database, inTransaction } from '@ekphrasis/persistence';
import type { WebhookEventType } from '@ekphrasis/webhooks';
import { happenedEvent } from './client-event-view.js';
import { EventDeliveries, type HappenedEvent } from './event-deliveries.service.js';

/** Takes what happened to clients' submissions, in competition with other notifiers, and makes deliveries of it. */
@Injectable()
export class ClientEventsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    private readonly database: Database,
    private readonly deliveries: EventDeliveries,
  ) {}

  onApplicationBootstrap(): void {
    const decode = decoderOf<ClientEvent>(clientEvents.contracts);
    this.consumers.batches<HappenedEvent>({
      source: { queue: clientEvents.queue.name, deadKey: clientEvents.deadKey },
      decode: (message) => happenedEvent(decode(message), typeOf(message.properties.type)),
      readiness: 'events',
      prefetch: 1_000,
      batchSize: 500,
      handle: (events) => this.handle(events),
    });
  }

  private async handle(events: HappenedEvent[]): Promise<void> {
    const toWake = await inTransaction(this.database, (transaction) => this.deliveries.append(transaction, events));
    this.deliveries.committed(toWake);
  }
}

/** The event that a message is about has the name of its routing key. */
function typeOf(messageType: unknown): WebhookEventType {
  const contract = clientEvents.contracts.find(({ type }) => type === messageType);
  return contract?.routingKey as WebhookEventType;
}
