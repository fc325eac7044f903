import { measurementJob, measurementTaken } from '@ekphrasis/contracts';
import { Registry } from '@ekphrasis/observability';
import { countMeasurement, countRed, countRedIn } from '@ekphrasis/statistics';
import { ExpiredRows } from '../src/maintenance/expired-rows.js';
import { ExpiredMeasurementsRepository } from '../src/red/retention/expired-measurements.repository.js';
import { MeasurementRetention } from '../src/red/retention/measurement-retention.js';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Ten days ago at noon, UTC. */
const noon = Math.floor(Date.now() / dayMs) * dayMs - 10 * dayMs + dayMs / 2;

/** Real: the database. */
describe('MeasurementRetention (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let storage: MemoryStorage;
  let registry: Registry;
  let retention: MeasurementRetention;
  let count = 0;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    await opened.database
      .insertInto('clients')
      .values([
        { client_id: 'c1', name: 'one' },
        { client_id: 'c2', name: 'two' },
      ])
      .execute();
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['measurements', 'red_counts', 'measurement_retention', 'dead_letters'] as const)
      await opened.database.deleteFrom(table).execute();
    storage = new MemoryStorage();
    registry = new Registry();
    retention = new MeasurementRetention(
      new ExpiredMeasurementsRepository(opened.database),
      { ensure: async () => 'ours' },
      new ExpiredRows(registry),
      storage,
      { add: () => undefined },
      { MEASUREMENT_RETAIN_DAYS: 7 },
    );
  });

  /** @returns its id */
  async function add(clientId: string, at: number, isCounted = true, share = 6_000): Promise<number> {
    count += 1;
    const nonce = `nonce-${count}`;
    storage.objects.set(`measured/${nonce}`, Buffer.of(1));
    const figures = { red: share, red_channel_mean: 0.5, width: 1, height: 1 };
    return opened.database.transaction().execute(async (transaction) => {
      const { id } = await transaction
        .insertInto('measurements')
        .values({
          ...figures,
          client_id: clientId,
          nonce,
          content_type: 'image/png',
          measured_at: new Date(at),
          counted_at: isCounted ? new Date() : null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      if (isCounted) await countMeasurement(transaction, { clientId, measuredAt: new Date(at), share });
      return id;
    });
  }
  async function run(): Promise<void> {
    for await (const page of retention.pages()) expect(page).toBeUndefined();
  }
  /** One says what the next one removes. */
  async function twoTurns(): Promise<void> {
    await run();
    await run();
  }
  const left = async () =>
    (await opened.database.selectFrom('measurements').select('id').orderBy('id').execute()).map(({ id }) => id);
  const counted = (from: number, to: number, clientId = 'c1') =>
    countRed(opened.database, { clientId, period: { from, to }, threshold: 0.5 });

  it('removes measurements of every client with their pictures, and keeps younger and uncounted ones', async () => {
    await add('c1', noon);
    await add('c2', noon);
    const kept = [await add('c1', noon, false), await add('c2', Date.now() - 6 * dayMs)];
    await twoTurns();
    expect(await left()).toEqual(kept);
    expect(storage.objects.size).toBe(2);
    expect(await registry.metrics()).toMatch(/^ekphrasis_expired_rows_removed_total\{kind="measurement"\} 2$/m);
  });

  it('removes nothing at the turn that says what is to go', async () => {
    const id = await add('c1', noon);
    await run();
    expect(await left()).toEqual([id]);
  });

  it('leaves statistics as they were, but for parts of a minute, which count with the minute', async () => {
    const instants = [0, 59_999, minuteMs, minuteMs + 30_000, 3_600_000 + 1, 5 * 3_600_000 + 7, dayMs - 1];
    for (const [place, after] of instants.entries())
      await add('c1', noon + after, true, place % 2 === 0 ? 6_000 : 4_000);
    await add('c1', noon + 20_000, false);
    const whole = { from: noon - dayMs / 2, to: noon + 2 * dayMs };
    const before = await counted(whole.from, whole.to);
    const question = { clientId: 'c1', period: whole, threshold: 0.5 };
    const buckets = await countRedIn(opened.database, question, 'minute');
    await twoTurns();
    expect(await left()).toHaveLength(1);
    expect([before.images, before.above]).toEqual([8, 5]);
    expect(await counted(whole.from, whole.to)).toEqual(before);
    expect(await countRedIn(opened.database, question, 'minute')).toEqual(buckets);
    // the first minute has three, wherever in it a period ends; the next period has none of them again
    for (const cut of [1, 20_000, 20_001, minuteMs]) {
      const [first, second] = [await counted(whole.from, noon + cut), await counted(noon + cut, whole.to)];
      expect([cut, first.images, second.images]).toEqual([cut, 3, 5]);
    }
    expect((await counted(noon + 1, noon + 59_000)).images).toBe(0);
  });

  it('counts one that was left uncounted when it is counted at last, and removes it then', async () => {
    const id = await add('c1', noon, false);
    await twoTurns();
    await opened.database.transaction().execute(async (transaction) => {
      await transaction.updateTable('measurements').set({ counted_at: new Date() }).where('id', '=', id).execute();
      await countMeasurement(transaction, { clientId: 'c1', measuredAt: new Date(noon), share: 6_000 });
    });
    await run();
    expect(await left()).toEqual([]);
    expect(await counted(noon, noon + minuteMs)).toEqual({ images: 1, above: 1 });
  });

  it('goes through hundreds by pages, and forgets their letters', async () => {
    const ids: number[] = [];
    for (let index = 0; index < 450; index += 1) ids.push(await add('c1', noon + Math.floor(index / 3)));
    await opened.database
      .insertInto('dead_letters')
      .values({
        queue: measurementJob.queues.dead.name,
        row_id: String(ids[7]),
        code: 'c',
        reason: 'r',
        attempts: 1,
        routing_key: measurementTaken.routingKey,
        type: measurementTaken.type,
        body: Buffer.of(1),
      })
      .execute();
    await twoTurns();
    expect([await left(), storage.objects.size]).toEqual([[], 0]);
    expect(await opened.database.selectFrom('dead_letters').select('id').execute()).toEqual([]);
    expect((await counted(noon, noon + minuteMs)).images).toBe(450);
  });

  it('keeps the row of a picture that cannot be removed', async () => {
    const id = await add('c1', noon);
    await run();
    storage.isAway = true;
    await run();
    expect(await left()).toEqual([id]);
    storage.isAway = false;
    await run();
    expect(await left()).toEqual([]);
  });
});
