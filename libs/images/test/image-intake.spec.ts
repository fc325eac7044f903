import { sql } from 'kysely';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { captionRequested } from '@ekphrasis/contracts';
import { DatabaseLineage } from '@ekphrasis/persistence';
import { HighWaterMark } from '../src/intake/high-water-mark.js';
import { ImageIds } from '../src/intake/image-ids.js';
import { ImageIntake } from '../src/intake/image-intake.service.js';
import { AcceptedImagesRepository } from '../src/intake/accepted-images.repository.js';
import { noKnownIds } from '../src/intake/known-ids.js';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. Two replicas are two intakes on it; what they commit stays in the outbox. */
describe('ImageIntake (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let wake: jest.Mock;
  let first: ImageIntake;
  let second: ImageIntake;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    wake = jest.fn();
    [first, second] = [0, 1].map(
      () =>
        new ImageIntake(
          new AcceptedImagesRepository(opened.database),
          new ImageIds(
            opened.database,
            new DatabaseLineage(opened.database),
            new HighWaterMark(new MemoryStorage()),
            noKnownIds,
          ),
          { wake } as unknown as OutboxRelay,
        ),
    ) as [ImageIntake, ImageIntake];
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['images', 'outbox', 'idempotency_keys'] as const) {
      await opened.database.deleteFrom(table).execute();
    }
  });

  const jobs = async () =>
    (await opened.database.selectFrom('outbox').select('body').orderBy('id').execute()).map(({ body }) =>
      captionRequested.decode(Buffer.from(body)),
    );
  const images = () => opened.database.selectFrom('images').selectAll().orderBy('id').execute();
  const url = 'https://example.org/a.png';

  it('commits an image and its job together, and wakes the relay', async () => {
    const id = await first.submit({ url });
    expect(await images()).toEqual([expect.objectContaining({ id, url, status: 'queued', picture_key: null })]);
    expect(await jobs()).toEqual([expect.objectContaining({ imageId: id, url })]);
    expect(wake).toHaveBeenCalled();
  });

  it('commits a group in one transaction, in its order, with the jobs of all', async () => {
    const group = Array.from({ length: 1_000 }, (_, index) => ({ url: `${url}?${index}`, tag: String(index) }));
    const ids = await first.submitTogether(group);
    expect((await images()).map(({ id, tag }) => ({ id, tag }))).toEqual(
      ids.map((id, index) => ({ id, tag: String(index) })).sort((one, other) => one.id - other.id),
    );
    expect((await jobs()).map(({ imageId }) => imageId).sort()).toEqual([...ids].sort());
    const { rows } = await sql<{ count: number }>`SELECT count(DISTINCT xmin::text) AS count FROM images`.execute(
      opened.database,
    );
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('commits nothing of a group where one of it cannot be', async () => {
    await expect(first.submitTogether([{ url }, { url: 'a\0' }])).rejects.toThrow();
    expect(await images()).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it('commits tag and options with the image, and the options with its job, alone and among others', async () => {
    const options = { prompt: 'a "picture" of\\ {cats}', beams: 3, captions: 2, max_length: 30 };
    const details = { tag: 'a tag, "quoted" \\', options };
    const idempotency = { key: 'detailed', fingerprint: 'same' };
    const ids = await Promise.all([
      first.submit({ url }),
      first.submit({ url, ...details }),
      second.submit({ url }),
      second.submit({ url, ...details, idempotency }),
    ]);
    const rows = new Map((await images()).map(({ id, tag, options: kept }) => [id, { tag, options: kept }]));
    expect(ids.map((id) => rows.get(id))).toEqual([
      { tag: null, options: null },
      details,
      { tag: null, options: null },
      details,
    ]);
    const nonces = new Map((await images()).map(({ id, nonce }) => [id, nonce]));
    expect(new Set(nonces.values()).size).toBe(4);
    expect((await jobs()).map(({ imageId, nonce }) => nonces.get(imageId) === nonce)).toEqual(ids.map(() => true));
    const sent = new Map((await jobs()).map((job) => [job.imageId, job.options]));
    const { max_length: maxLength, ...others } = options;
    expect(ids.map((id) => sent.get(id))).toEqual([
      undefined,
      { ...others, maxLength },
      undefined,
      { ...others, maxLength },
    ]);
  });

  it('commits an uploaded picture under the id that was reserved for it', async () => {
    const reserved = await first.reserve();
    const { imageId, nonce } = reserved;
    expect(await first.submit({ reserved, pictureKey: 'pictures/some' })).toBe(imageId);
    expect(await jobs()).toEqual([expect.objectContaining({ imageId, nonce, pictureKey: 'pictures/some' })]);
    expect(await images()).toEqual([expect.objectContaining({ id: imageId, nonce })]);
  });

  it('gives 3,000 concurrent submissions on two replicas 3,000 ids, each with one job', async () => {
    const ids = await Promise.all(
      Array.from({ length: 3_000 }, (_, index) => (index % 2 === 0 ? first : second).submit({ url })),
    );
    expect(new Set(ids).size).toBe(3_000);
    const queued = (await jobs()).map(({ imageId }) => imageId);
    expect(queued.sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b));
  });

  it('makes one image of 1,000 concurrent submissions on two replicas with one key', async () => {
    const idempotency = { key: 'shared', fingerprint: 'same' };
    const ids = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? first : second).submit({ url, idempotency })),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await images()).toHaveLength(1);
    expect(await jobs()).toEqual([expect.objectContaining({ imageId: ids[0] })]);
  });

  it('keeps keys apart that come together, with and without others', async () => {
    const submissions = Array.from({ length: 300 }, (_, index) => {
      const key = `key-${index % 100}`;
      const replica = index % 2 === 0 ? first : second;
      return replica.submit({ url, ...(index % 3 !== 0 && { idempotency: { key, fingerprint: key } }) });
    });
    const ids = await Promise.all(submissions);
    const keyed = new Map<string, Set<number>>();
    ids.forEach((id, index) => {
      if (index % 3 === 0) return;
      const key = `key-${index % 100}`;
      keyed.set(key, (keyed.get(key) ?? new Set()).add(id));
    });
    for (const owners of keyed.values()) expect(owners.size).toBe(1);
    expect(await images()).toHaveLength(new Set(ids).size);
    expect(await jobs()).toHaveLength(new Set(ids).size);
  });

  it('refuses a key that was used for another request, now or before, and keeps nothing of it', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        first.submit({ url, idempotency: { key: 'contested', fingerprint: String(index) } }),
      ),
    );
    const accepted = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(accepted).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'idempotency-key-reused' });
    }
    expect((await images()).map(({ id }) => id)).toEqual(accepted);
    expect(await jobs()).toHaveLength(1);
  });

  it('forgets keys after their time and no earlier', async () => {
    const repository = new AcceptedImagesRepository(opened.database);
    const submit = () => first.submit({ url, idempotency: { key: 'aging', fingerprint: 'same' } });
    const id = await submit();
    await repository.forgetKeys(24, new Date(0), 1_000);
    expect(await submit()).toBe(id);
    await opened.database
      .updateTable('idempotency_keys')
      .set({ created_at: new Date(Date.now() - 25 * 3_600_000) })
      .execute();
    await repository.forgetKeys(24, new Date(0), 1_000);
    expect(await submit()).not.toBe(id);
  });
});
