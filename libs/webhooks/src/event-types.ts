/** What a webhook may ask to be told of. */
export const webhookEventTypes = [
  'image.described',
  'image.failed',
  'processing.completed',
  'processing.failed',
  'red.measured',
  'red.exceeded',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

/** Sent to one webhook because its client asks for it, whatever events that webhook has. */
export const testEventType = 'webhook.test';

/** What is told to webhooks: the body of a delivery, and the id by which its receiver knows it again. */
export interface WebhookEvent {
  /** The same in every attempt: the header `webhook-id`. Without a dot, which stands between the parts that are signed. */
  eventId: string;
  type: WebhookEventType | typeof testEventType;
  /** When it happened: ISO 8601. */
  timestamp: string;
  data: object;
}
