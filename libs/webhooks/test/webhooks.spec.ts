import type { Database } from '@ekphrasis/persistence';
import { WebhooksRepository, type WebhookWishes } from '../src/index.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

const wishes: WebhookWishes = {
  url: 'https://example.org/hook',
  events: ['red.exceeded', 'image.described'],
  threshold: 0.3,
  enabled: true,
};

/** Real: the database. */
describe('webhooks (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let database: Database;
  let webhooks: WebhooksRepository;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    ({ database } = opened);
    webhooks = new WebhooksRepository(database);
  });
  afterAll(() => opened?.close());
  beforeEach(() => database.deleteFrom('webhooks').execute());

  it('have secrets of 32 bytes, each its own', async () => {
    const [one, two] = [await webhooks.create('c', wishes), await webhooks.create('c', wishes)];
    expect(one).toMatchObject({ ...wishes, clientId: 'c', earlierSecret: null });
    expect(Buffer.from(/^whsec_(.+)$/.exec(one.secret)![1]!, 'base64')).toHaveLength(32);
    expect(one.secret).not.toBe(two.secret);
    expect((await webhooks.list('c')).map(({ webhookId }) => webhookId)).toEqual([one.webhookId, two.webhookId]);
  });

  it('are no other client’s', async () => {
    const { webhookId } = await webhooks.create('c', wishes);
    const refusal = { code: 'webhook-not-found' };
    expect(await webhooks.list('other')).toEqual([]);
    await expect(webhooks.find('other', webhookId)).rejects.toMatchObject(refusal);
    await expect(webhooks.change('other', webhookId, (webhook) => webhook)).rejects.toMatchObject(refusal);
    await expect(webhooks.rotateSecret('other', webhookId)).rejects.toMatchObject(refusal);
    await expect(webhooks.remove('other', webhookId)).rejects.toMatchObject(refusal);
  });

  it('keep the earlier secret for a day when it is rotated', async () => {
    const made = await webhooks.create('c', wishes);
    const rotated = await webhooks.rotateSecret('c', made.webhookId);
    expect(rotated.earlierSecret).toBe(made.secret);
    expect(rotated.secret).not.toBe(made.secret);
    const hours = (rotated.earlierSecretUntil!.getTime() - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);
  });

  it('tell what changed after a revision, the deleted ones too, without their secrets', async () => {
    const before = await webhooks.revision();
    const made = await webhooks.create('c', wishes);
    const gone = await webhooks.create('c', wishes);
    await webhooks.remove('c', gone.webhookId);
    await webhooks.disable(made.webhookId);
    const { changes, upTo } = await webhooks.changesAfter(before);
    expect(upTo).toBe(await webhooks.revision());
    expect(changes.map(({ webhook, isDeleted }) => [webhook.webhookId, webhook.enabled, isDeleted])).toEqual(
      expect.arrayContaining([
        [made.webhookId, false, false],
        [gone.webhookId, false, true],
      ]),
    );
    expect(changes.find(({ isDeleted }) => isDeleted)!.webhook.secret).toBe('');
    expect(await webhooks.changesAfter(upTo)).toEqual({ changes: [], upTo });
  });

  it('keep their revision where a change is refused', async () => {
    const made = await webhooks.create('c', wishes);
    const revision = await webhooks.revision();
    const refused = webhooks.change('c', made.webhookId, () => {
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await webhooks.revision()).toBe(revision);
  });

  it('that are made at once become visible in the order of their revisions', async () => {
    let known = await webhooks.revision();
    const seen = new Set<string>();
    const look = async () => {
      const { changes, upTo } = await webhooks.changesAfter(known);
      for (const { webhook } of changes) seen.add(webhook.webhookId);
      known = upTo;
    };
    const making = Promise.all(Array.from({ length: 30 }, () => webhooks.create('c', wishes)));
    for (let looks = 0; looks < 30; looks += 1) await look();
    const made = await making;
    await look();
    expect([...seen].sort()).toEqual(made.map(({ webhookId }) => webhookId).sort());
  });
});
