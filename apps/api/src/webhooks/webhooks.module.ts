import { Module } from '@nestjs/common';
import { DeliveriesRepository, DeliveryLifecycleRepository, WebhooksRepository } from '@ekphrasis/webhooks';
import { MaintenanceModule } from '../maintenance/maintenance.module.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookRetention } from './webhook-retention.js';
import { WebhooksController } from './webhooks.controller.js';
import { Webhooks } from './webhooks.service.js';

@Module({
  imports: [MaintenanceModule],
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [DeliveriesRepository, DeliveryLifecycleRepository, WebhookRetention, Webhooks, WebhooksRepository],
})
export class WebhooksModule {}
