import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { CallingClient, ClientsOnly } from '@ekphrasis/access';
import { DeliveryListQuery, DeliveryListQueryPipe } from './delivery-list.query.js';
import { DeliveryIdPipe, WebhookIdPipe } from './webhook-id.pipe.js';
import { Webhooks } from './webhooks.service.js';
import { DeliveriesView, deliveryView } from './webhooks.views.js';

@ApiTags('webhooks')
@Controller('webhooks/:webhook_id/deliveries')
export class WebhookDeliveriesController {
  constructor(private readonly webhooks: Webhooks) {}

  @Get()
  @ClientsOnly()
  @ApiOperation({ summary: 'What the webhook was told, or is to be, the newest first, with each attempt' })
  @ApiQuery({ type: DeliveryListQuery })
  @ApiOkResponse({ type: DeliveriesView })
  @ApiNotFoundResponse({ description: 'No such webhook of this client (a problem document, RFC 9457)' })
  async list(
    @CallingClient() clientId: string,
    @Param('webhook_id', WebhookIdPipe) webhookId: string,
    @Query(DeliveryListQueryPipe) { limit, before }: DeliveryListQuery,
  ): Promise<DeliveriesView> {
    const deliveries = await this.webhooks.listDeliveries(clientId, webhookId, limit, before);
    return { deliveries: deliveries.map(deliveryView) };
  }

  @Post(':delivery_id/redeliver')
  @HttpCode(202)
  @ClientsOnly()
  @ApiOperation({ summary: 'Send an event again, under its own id, with all attempts before it' })
  @ApiAcceptedResponse({ schema: { type: 'object', properties: { delivery_id: { type: 'string', example: '1042' } } } })
  @ApiNotFoundResponse({
    description: 'No such webhook of this client, or delivery of it (a problem document, RFC 9457)',
  })
  @ApiConflictResponse({ description: 'The webhook is disabled (a problem document, RFC 9457)' })
  async redeliver(
    @CallingClient() clientId: string,
    @Param('webhook_id', WebhookIdPipe) webhookId: string,
    @Param('delivery_id', DeliveryIdPipe) deliveryId: number,
  ): Promise<{ delivery_id: string }> {
    await this.webhooks.redeliver(clientId, webhookId, deliveryId);
    return { delivery_id: String(deliveryId) };
  }
}
