import { isSignedBy, WebhookReceiver, type ReceivedPost } from '../../../support/webhook-receiver.js';
import type { RedClient } from '../../../support/red-client.js';
import { until } from '../../../support/until.js';

/** Who is told of what. */
export interface Subscription {
  path: string;
  /** Who made the webhook. */
  client: RedClient;
  webhookId: string;
  secret: string;
}

/** A delivery as its client lists it. */
interface ListedDelivery {
  event_id: string;
  status: 'pending' | 'delivered' | 'failed';
}

/** What a receiver should have heard, by what the event is about. */
export interface ExpectedEvent {
  about: string;
  /** Whether what came is what it should be. */
  isRight: (data: Record<string, unknown>, type: string) => boolean;
}

/** What the receivers of one load heard, held to what they should have. */
export interface Hearing {
  lost: string[];
  duplicated: string[];
  unexpected: string[];
}

const deliveriesListed = 1_000;

/** Receivers of webhooks, each behind a path of its own. */
export class Audience {
  readonly subscriptions: Subscription[] = [];
  /** By path, and what the event is about: when it was first heard. */
  private readonly heardAt = new Map<string, Map<string, number>>();
  private looked = 0;

  /** @param aboutOf what an event is about */
  private constructor(
    readonly receiver: WebhookReceiver,
    private readonly aboutOf: (data: Record<string, unknown>) => string,
  ) {}

  static async open(aboutOf: (data: Record<string, unknown>) => string): Promise<Audience> {
    return new Audience(await WebhookReceiver.start(), aboutOf);
  }

  async subscribe(client: RedClient, path: string, events: string[], threshold?: number): Promise<Subscription> {
    const body = JSON.stringify({ url: this.receiver.url(path), events, threshold });
    const answer = await client.call('POST', '/webhooks', body, { 'content-type': 'application/json' });
    if (answer.status !== 201) throw new Error(`POST /webhooks answered ${answer.status}`);
    const { webhook_id: webhookId, secret } = answer.json<{ webhook_id: string; secret: string }>();
    const subscription = { path, client, webhookId, secret };
    this.subscriptions.push(subscription);
    return subscription;
  }

  /** When a receiver first heard of it, of `performance.now()`. */
  timeOf(path: string, about: string): number | undefined {
    const now = performance.now();
    for (; this.looked < this.receiver.posts.length; this.looked += 1) {
      const { path: to, event } = this.receiver.posts[this.looked]!;
      const ofPath = this.heardAt.get(to) ?? new Map<string, number>();
      this.heardAt.set(to, ofPath);
      const what = this.aboutOf(event.data);
      if (!ofPath.has(what)) ofPath.set(what, now);
    }
    return this.heardAt.get(path)?.get(about);
  }

  /** Waits until no delivery of any webhook is pending: the last ones heard may not be recorded yet. */
  async untilRecorded(within: number): Promise<void> {
    await until(
      'every delivery is recorded',
      async () => {
        const all = await Promise.all(this.subscriptions.map((each) => this.deliveriesOf(each)));
        return all.flat().every(({ status }) => status !== 'pending');
      },
      { within, every: 500 },
    );
  }

  /** The latest ones of a webhook. */
  async deliveriesOf({ client, webhookId }: Subscription): Promise<ListedDelivery[]> {
    const answer = await client.get(`/webhooks/${webhookId}/deliveries?limit=${deliveriesListed}`);
    return answer.json<{ deliveries: ListedDelivery[] }>().deliveries;
  }

  /** Holds what one receiver heard to what it should have. */
  async judge(subscription: Subscription, expected: ReadonlyMap<string, ExpectedEvent>): Promise<Hearing> {
    const { path, secret } = subscription;
    const found: Hearing = { lost: [], duplicated: [], unexpected: [] };
    const byEvent = new Map<string, ReceivedPost>();
    const eventOf = new Map<string, string>();
    for (const post of this.receiver.postsTo(path)) {
      const about = this.aboutOf(post.event.data);
      const wanted = expected.get(about);
      const earlier = byEvent.get(post.id);
      if (earlier && earlier.body !== post.body) found.duplicated.push(`${path} ${post.id}: told in two ways`);
      if (earlier) continue;
      byEvent.set(post.id, post);
      if (eventOf.has(about)) found.duplicated.push(`${path} ${about}: told as two events`);
      eventOf.set(about, post.id);
      if (!wanted) found.unexpected.push(`${path} ${about}: told, and not asked for`);
      else if (!wanted.isRight(post.event.data, post.event.type))
        found.duplicated.push(`${path} ${about}: told wrongly`);
      if (!isSignedBy(secret, post)) found.duplicated.push(`${path} ${post.id}: not signed by its secret`);
    }
    for (const about of expected.keys()) if (!eventOf.has(about)) found.lost.push(`${path} ${about}: not told`);
    const deliveries = await this.deliveriesOf(subscription);
    for (const { event_id: id, status } of deliveries) {
      if (status !== 'delivered') found.lost.push(`${path} ${id}: its delivery is ${status}`);
    }
    return found;
  }

  close(): Promise<void> {
    return this.receiver.close();
  }
}
