import { Module } from '@nestjs/common';
import { readEnvironment } from '@ekphrasis/configuration';
import { DeliveriesRepository, DeliveryLifecycleRepository, WebhooksRepository } from '@ekphrasis/webhooks';
import { ClientEventsConsumer } from './events/client-events.consumer.js';
import { EventDeliveries } from './events/event-deliveries.service.js';
import { KnownWebhooks } from './events/known-webhooks.js';
import { WebhooksListener } from './events/webhooks.listener.js';
import { DeliveryScheduler } from './scheduling/delivery-scheduler.service.js';
import { OutcomeRecorder } from './scheduling/outcome-recorder.js';
import { webhookHttpClient } from './sending/webhook-http-client.js';
import { WebhookSender } from './sending/webhook-sender.js';
import { WebhookMetrics } from './webhook.metrics.js';
import { WebhookSettings } from './webhook.settings.js';

@Module({
  providers: [
    { provide: WebhookSettings, useFactory: () => readEnvironment(WebhookSettings) },
    webhookHttpClient,
    ClientEventsConsumer,
    DeliveriesRepository,
    DeliveryLifecycleRepository,
    DeliveryScheduler,
    EventDeliveries,
    KnownWebhooks,
    OutcomeRecorder,
    WebhookMetrics,
    WebhookSender,
    WebhooksListener,
    WebhooksRepository,
  ],
  exports: [EventDeliveries, KnownWebhooks],
})
export class WebhooksModule {}
