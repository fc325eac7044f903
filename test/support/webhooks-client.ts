import type { CaptioningClient } from './captioning-client.js';
import { until, type UntilOptions } from './until.js';

export interface ListedWebhook {
  webhook_id: string;
  url: string;
  events: string[];
  threshold: number | null;
  enabled: boolean;
}

export interface ListedDelivery {
  delivery_id: string;
  event_id: string;
  type: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: { at: string; status_code: number | null; error: string | null; duration_ms: number }[];
  next_attempt_at: string | null;
}

export type NewWebhook = ListedWebhook & { secret: string };

/** A client with a key, and what it does with its webhooks. */
export class WebhooksClient {
  private constructor(
    private readonly client: CaptioningClient,
    readonly key: string,
  ) {}

  /** A client of its own, made by the operator. */
  static async make(client: CaptioningClient): Promise<WebhooksClient> {
    const body = JSON.stringify({ name: 'a client of the tests' });
    const answer = await client.callAsOperator('POST', '/clients', body, { 'content-type': 'application/json' });
    return new WebhooksClient(client, (answer.json as unknown as { api_key: string }).api_key);
  }

  call(method: string, path: string, body?: unknown) {
    return this.client.call(method, path, body === undefined ? undefined : JSON.stringify(body), {
      authorization: `Bearer ${this.key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    });
  }

  async add(url: string, more: object = {}): Promise<NewWebhook> {
    const answer = await this.call('POST', '/webhooks', { url, events: ['image.described'], ...more });
    expect(answer.status).toBe(201);
    return answer.json as unknown as NewWebhook;
  }

  /** @returns the event's id */
  async test(webhookId: string): Promise<string> {
    const answer = await this.call('POST', `/webhooks/${webhookId}/test`);
    expect(answer.status).toBe(202);
    return (answer.json as unknown as { event_id: string }).event_id;
  }

  async deliveries(webhookId: string): Promise<ListedDelivery[]> {
    const answer = await this.call('GET', `/webhooks/${webhookId}/deliveries?limit=1000`);
    return (answer.json as unknown as { deliveries: ListedDelivery[] }).deliveries;
  }

  /** Waits until an event's delivery has a status, or is what `outcome` says. */
  delivery(
    webhookId: string,
    eventId: string,
    outcome: ListedDelivery['status'] | ((delivery: ListedDelivery) => boolean),
    options?: UntilOptions,
  ): Promise<ListedDelivery> {
    const isIt = typeof outcome === 'function' ? outcome : ({ status }: ListedDelivery) => status === outcome;
    return until(
      `event ${eventId} is delivered as expected`,
      async () => (await this.deliveries(webhookId)).find((each) => each.event_id === eventId && isIt(each)),
      options,
    );
  }
}
