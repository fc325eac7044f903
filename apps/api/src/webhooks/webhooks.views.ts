import { ApiProperty } from '@nestjs/swagger';
import { webhookEventTypes, type ListedDelivery, type Webhook, type WebhookEventType } from '@ekphrasis/webhooks';

/** A webhook, without its secret. */
export class WebhookView {
  @ApiProperty({ example: 'wh_5f2b8c0d9e1a4b7c3d6e8f01' })
  webhook_id: string;

  @ApiProperty({ example: 'https://example.org/told-by-ekphrasis' })
  url: string;

  @ApiProperty({ enum: webhookEventTypes, isArray: true })
  events: WebhookEventType[];

  @ApiProperty({ type: Number, nullable: true, example: 0.3 })
  threshold: number | null;

  @ApiProperty({ description: 'False as well after its receiver answered 410 (gone)' })
  enabled: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

export class SecretView {
  @ApiProperty({
    description: 'What its events are signed by, shown this once',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  })
  secret: string;
}

export class NewWebhookView extends WebhookView implements SecretView {
  @ApiProperty({
    description: 'What its events are signed by, shown this once',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
  })
  secret: string;
}

export class WebhooksView {
  @ApiProperty({ type: [WebhookView] })
  webhooks: WebhookView[];
}

export class AttemptView {
  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Null where there was no answer', example: 200 })
  status_code: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why there was none', example: 'fetch-timeout' })
  error: string | null;

  @ApiProperty({ example: 12 })
  duration_ms: number;
}

export class DeliveryView {
  @ApiProperty({ example: '1042' })
  delivery_id: string;

  @ApiProperty({ description: 'The header `webhook-id`, in every attempt' })
  event_id: string;

  @ApiProperty({ example: 'red.exceeded' })
  type: string;

  @ApiProperty({ enum: ['pending', 'delivered', 'failed'] })
  status: ListedDelivery['status'];

  @ApiProperty({ type: [AttemptView], description: 'The oldest first; the latest hundred at most' })
  attempts: AttemptView[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null where none is to come' })
  next_attempt_at: string | null;
}

export class DeliveriesView {
  @ApiProperty({ type: [DeliveryView] })
  deliveries: DeliveryView[];
}

export function webhookView({ webhookId, url, events, threshold, enabled, createdAt }: Webhook): WebhookView {
  return { webhook_id: webhookId, url, events, threshold, enabled, created_at: createdAt.toISOString() };
}

export function deliveryView(delivery: ListedDelivery): DeliveryView {
  const { deliveryId, eventId, type, status, attempts, nextAttemptAt } = delivery;
  return {
    delivery_id: String(deliveryId),
    event_id: eventId,
    type,
    status,
    attempts,
    next_attempt_at: nextAttemptAt?.toISOString() ?? null,
  };
}
