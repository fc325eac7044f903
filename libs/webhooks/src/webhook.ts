import type { WebhookEventType } from './event-types.js';

/** Where a client wants to be told of what, and how that is signed. */
export interface Webhook {
  webhookId: string;
  clientId: string;
  url: string;
  events: WebhookEventType[];
  /** 0 to 1; null where the webhook does not ask for `red.exceeded`. */
  threshold: number | null;
  enabled: boolean;
  /** `whsec_` and base64, as Standard Webhooks has it. */
  secret: string;
  /** Signs beside the secret until then. */
  earlierSecret: string | null;
  earlierSecretUntil: Date | null;
  createdAt: Date;
}

/** What its client says of a webhook. */
export type WebhookWishes = Pick<Webhook, 'url' | 'events' | 'threshold' | 'enabled'>;
