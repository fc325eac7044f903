export { DeliveriesRepository, type ListedDelivery, type WaitingWebhook } from './deliveries.repository.js';
export { testEventType, webhookEventTypes, type WebhookEvent, type WebhookEventType } from './event-types.js';
export {
  DeliveryLifecycleRepository,
  type AddressedEvent,
  type AttemptOutcome,
  type ClaimedDelivery,
} from './lifecycle/delivery-lifecycle.repository.js';
export type { Webhook, WebhookWishes } from './webhook.js';
export { newSecret, newWebhookId } from './webhook-secret.js';
export { DeliveryNotFoundError, WebhookNotFoundError } from './webhooks.errors.js';
export { WebhooksRepository, type WebhookChange } from './webhooks.repository.js';
