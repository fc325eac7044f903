import type { Webhook, WebhookChange, WebhooksRepository } from '@ekphrasis/webhooks';
import { KnownWebhooks } from './known-webhooks.js';

const webhook = (webhookId: string, more: Partial<Webhook> = {}): Webhook => ({
  webhookId,
  clientId: 'c',
  url: 'https://example.org',
  events: ['red.exceeded', 'image.described'],
  threshold: 0.3,
  enabled: true,
  secret: 'whsec_',
  earlierSecret: null,
  earlierSecretUntil: null,
  createdAt: new Date(0),
  ...more,
});

/** A database's webhooks. Counts how often rows are read. */
class FakeRepository {
  revisionNow = 0;
  reads = 0;
  changes: WebhookChange[] = [];

  put(changed: Webhook, isDeleted = false): void {
    this.revisionNow += 1;
    this.changes = this.changes.filter(({ webhook: { webhookId } }) => webhookId !== changed.webhookId);
    this.changes.push({ webhook: changed, revision: this.revisionNow, isDeleted });
  }

  async revision(): Promise<number> {
    return this.revisionNow;
  }

  async changesAfter(revision: number): Promise<{ changes: WebhookChange[]; upTo: number }> {
    this.reads += 1;
    return { changes: this.changes.filter((each) => each.revision > revision), upTo: this.revisionNow };
  }
}

describe('the webhooks in memory', () => {
  let database: FakeRepository;
  let known: KnownWebhooks;
  const exceeding = (red: number) => known.askingFor({ clientId: 'c', type: 'red.exceeded', red });

  beforeEach(async () => {
    database = new FakeRepository();
    known = new KnownWebhooks(database as unknown as WebhooksRepository);
    database.put(webhook('low'));
    database.put(webhook('high', { threshold: 0.6 }));
    database.put(webhook('other', { clientId: 'another', threshold: 0 }));
    await known.loadAll();
  });

  it('are told of red above their own thresholds, and of their own client alone', () => {
    expect(exceeding(0.3)).toEqual([]);
    expect(exceeding(0.31)).toEqual(['low']);
    expect(exceeding(0.6)).toEqual(['low']);
    expect(exceeding(0.61)).toEqual(['low', 'high']);
    expect(known.askingFor({ clientId: 'nobody', type: 'red.exceeded', red: 1 })).toEqual([]);
  });

  it('are told of the events that they ask for, and of none while they are disabled', async () => {
    expect(known.askingFor({ clientId: 'c', type: 'image.described' })).toEqual(['low', 'high']);
    expect(known.askingFor({ clientId: 'c', type: 'image.failed' })).toEqual([]);
    database.put(webhook('low', { enabled: false }));
    await known.refresh();
    expect(known.askingFor({ clientId: 'c', type: 'image.described' })).toEqual(['high']);
  });

  it('are read again only where the database has changed', async () => {
    const { reads } = database;
    await known.refresh();
    expect(database.reads).toBe(reads);
    database.put(webhook('low', { threshold: 0.9 }));
    database.put(webhook('high'), true);
    await known.refresh();
    expect(database.reads).toBe(reads + 1);
    expect(exceeding(0.8)).toEqual([]);
    expect(exceeding(0.95)).toEqual(['low']);
    expect(known.size).toBe(2);
  });

  it('are those of a database that came back older than it was', async () => {
    const older = new FakeRepository();
    older.put(webhook('low'));
    database.changes = older.changes;
    database.revisionNow = older.revisionNow;
    await known.refresh();
    expect(known.size).toBe(1);
    expect(exceeding(1)).toEqual(['low']);
  });
});
