import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { DatabaseLineage } from '@ekphrasis/persistence';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { HighWaterMark } from '../src/intake/high-water-mark.js';
import { ImageIds } from '../src/intake/image-ids.js';
import { ImageIntake } from '../src/intake/image-intake.service.js';
import { AcceptedImagesRepository } from '../src/intake/accepted-images.repository.js';
import { ReplacedDatabase } from '../../../test/support/replaced-database.js';

const margin = 10_000_000;
/** More than a block. */
const many = 1_200;

interface Replica {
  intake: ImageIntake;
  knownIds: { highest: number };
}

/** Real: the database. Replicas are intakes on it with their own memory; the storage that they share is in memory, too. */
describe('ImageIds (real: PostgreSQL)', () => {
  let replaced: ReplacedDatabase;
  let storage: MemoryStorage;
  /** All ids that were answered, as clients have them. */
  let answered: number[];

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(new Logger());
  });
  beforeEach(async () => {
    replaced = await ReplacedDatabase.open();
    storage = new MemoryStorage();
    answered = [];
  });
  afterEach(() => replaced?.close());

  function startReplica(): Replica {
    const { database } = replaced;
    const knownIds = { highest: 0 };
    const ids = new ImageIds(database, new DatabaseLineage(database), new HighWaterMark(storage), knownIds);
    const relay = { wake: () => undefined } as unknown as OutboxRelay;
    return { intake: new ImageIntake(new AcceptedImagesRepository(database), ids, relay), knownIds };
  }

  async function submit({ intake }: Replica, count: number): Promise<number[]> {
    const ids = await Promise.all(Array.from({ length: count }, () => intake.submit({ url: 'https://example.org/' })));
    answered.push(...ids);
    return ids;
  }

  const expectNoneTwice = () => expect(new Set(answered).size).toBe(answered.length);
  const setSequence = (to: number) =>
    sql`SELECT setval(pg_get_serial_sequence('images', 'id'), ${to}::bigint)`.execute(replaced.database);

  it('go on from replica to replica, and after a restart, without a gap that is larger than their blocks', async () => {
    const ids = [
      await submit(startReplica(), many),
      await submit(startReplica(), many),
      await submit(startReplica(), 1),
    ];
    expectNoneTwice();
    expect(Math.max(...ids.flat())).toBeLessThan(10_000);
  });

  describe('of a database that comes back older than it was', () => {
    it('are none that anybody was answered: by replicas that run, and by one that starts then', async () => {
      const [first, second] = [startReplica(), startReplica()];
      await submit(first, 10);
      await submit(second, 10);
      await replaced.keep();
      await submit(first, many);
      await submit(second, many);
      await replaced.comeBack();
      await submit(startReplica(), many);
      await submit(first, many);
      await submit(second, many);
      expectNoneTwice();
      expect(Math.max(...answered)).toBeLessThan(4 * margin);
    });

    it('are none that anybody was answered where all replicas start then', async () => {
      await submit(startReplica(), 10);
      await replaced.keep();
      await submit(startReplica(), many);
      await submit(startReplica(), many);
      await replaced.comeBack();
      await submit(startReplica(), many);
      await submit(startReplica(), many);
      expectNoneTwice();
    });

    it('are none that anybody was answered where storage, which knows them, is away', async () => {
      const runs = startReplica();
      await submit(runs, 10);
      await replaced.keep();
      storage.isAway = true;
      await submit(runs, many);
      await replaced.comeBack();
      await submit(startReplica(), many);
      await submit(runs, many);
      expectNoneTwice();
    });
  });

  describe('of a sequence that was set back', () => {
    it('are past all that a replica that runs has had', async () => {
      const replica = startReplica();
      await submit(replica, 900);
      await replaced.database.deleteFrom('images').execute();
      await setSequence(5);
      await submit(replica, many);
      expectNoneTwice();
    });

    it('are past all that a replica that starts then finds in storage', async () => {
      await submit(startReplica(), 900);
      await replaced.database.deleteFrom('images').execute();
      await setSequence(5);
      await submit(startReplica(), many);
      expectNoneTwice();
    });

    it('are past those that its process knows', async () => {
      const replica = startReplica();
      replica.knownIds.highest = 50_000;
      expect(await submit(replica, 1)).toEqual([50_000 + margin + 1]);
    });

    it('are other ones where two replicas hold the same block: nobody is refused', async () => {
      const [first, second] = [startReplica(), startReplica()];
      await submit(first, 10);
      await setSequence(5);
      storage.objects.clear();
      await Promise.all([submit(second, 600), submit(first, 600)]);
      await Promise.all([submit(second, many), submit(first, many)]);
      expectNoneTwice();
      const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM images`.execute(replaced.database);
      expect(rows).toEqual([{ count: answered.length }]);
      const bodies = await replaced.database.selectFrom('outbox').select('body').execute();
      const sent = bodies.map(({ body }) => (JSON.parse(body) as { imageId: number }).imageId);
      expect(sent.sort((one, other) => one - other)).toEqual(answered.toSorted((one, other) => one - other));
    });

    it('are other ones, too, for an upload whose picture is stored, and for a key that comes again', async () => {
      const [first, second] = [startReplica(), startReplica()];
      await submit(first, 10);
      await setSequence(5);
      storage.objects.clear();
      const reserved = await second.intake.reserve();
      const idempotency = { key: 'one', fingerprint: 'same' };
      const accepted = await second.intake.accept({ reserved, pictureKey: 'pictures/some', idempotency });
      expect(accepted).toMatchObject({ isNew: true });
      expect(accepted.imageId).not.toBe(reserved.imageId);
      expect(await first.intake.accept({ url: 'u', idempotency })).toEqual({ ...accepted, isNew: false });
    });
  });

  it('are given out while storage is away, and the mark is made good when it is back', async () => {
    const replica = startReplica();
    storage.isAway = true;
    await submit(replica, many);
    storage.isAway = false;
    await submit(replica, many);
    const mark = JSON.parse(Buffer.from(storage.objects.get('given-ids.json') ?? []).toString()) as { highest: number };
    expect(mark.highest).toBeGreaterThanOrEqual(Math.max(...answered));
  });

  it('never lower the mark of another replica', async () => {
    const marks = [new HighWaterMark(storage), new HighWaterMark(storage)];
    await marks[0]!.raise({ highest: 3_000, lineage: 'a' });
    await marks[1]!.raise({ highest: 2_000, lineage: 'a' });
    expect(await marks[1]!.read()).toEqual({ highest: 3_000, lineage: 'a' });
    await marks[1]!.raise({ highest: 2_500, lineage: 'b' });
    expect(await marks[0]!.read()).toEqual({ highest: 3_000, lineage: 'b' });
  });
});
