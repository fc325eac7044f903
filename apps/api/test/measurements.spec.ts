import { measurementTaken } from '@ekphrasis/contracts';
import { DeadMeasurementJobs } from '../src/dead-letters/dead-measurement-jobs.js';
import { MeasurementsRepository, type TakenMeasurement } from '../src/red/measurements.repository.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('measurements (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let repository: MeasurementsRepository;
  let count = 0;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    repository = new MeasurementsRepository(opened.database, opened.database);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['measurements', 'outbox'] as const) await opened.database.deleteFrom(table).execute();
  });

  function taken(share = 5_000): TakenMeasurement {
    count += 1;
    const figures = { share, redChannelMean: 0.25, width: 4, height: 3 };
    return { nonce: `nonce-${count}`, fileName: null, contentType: 'image/png', ...figures };
  }

  const messages = async () =>
    (await opened.database.selectFrom('outbox').selectAll().orderBy('id').execute()).map(({ body, type }) => {
      expect(type).toBe(measurementTaken.type);
      return measurementTaken.decode(Buffer.from(body));
    });

  it('are committed with a message for each, in their order, and of one time', async () => {
    const measured = await repository.insert('c1', [taken(1), taken(2), taken(3)]);
    expect(measured.map(({ share }) => share)).toEqual([1, 2, 3]);
    expect(new Set(measured.map(({ measuredAt }) => measuredAt.getTime())).size).toBe(1);
    expect(await messages()).toEqual(
      measured.map(({ id, nonce, share, measuredAt }) => ({
        measurementId: String(id),
        nonce,
        clientId: 'c1',
        fileName: null,
        red: share / 10_000,
        redChannelMean: 0.25,
        width: 4,
        height: 3,
        measuredAt: measuredAt.toISOString(),
      })),
    );
    expect(await repository.list('c1', 0, 10)).toEqual(measured);
    expect(await repository.list('c2', 0, 10)).toEqual([]);
  });

  it('leave neither rows nor messages of a request of which one row is refused', async () => {
    const twice = taken();
    await expect(repository.insert('c1', [taken(), twice, twice])).rejects.toThrow(/duplicate key/);
    expect(await repository.list('c1', 0, 10)).toEqual([]);
    expect(await messages()).toEqual([]);
  });

  it('have ids that rise as they come to be seen: who pages by the last one misses none', async () => {
    const seen: number[] = [];
    let isOver = false;
    const reading = (async () => {
      for (let after = 0; !isOver || (await repository.list('c1', after, 1)).length > 0;) {
        for (const { id } of await repository.list('c1', after, 100)) seen.push((after = id));
      }
    })();
    const inserted = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        repository.insert(
          'c1',
          Array.from({ length: (index % 3) + 1 }, () => taken()),
        ),
      ),
    );
    isOver = true;
    await reading;
    const ids = inserted.flat().map(({ id }) => id);
    expect(seen).toEqual(ids.sort((one, other) => one - other));
  });

  it('are sent again where nobody has counted them for long, once each time', async () => {
    const [lost, counted] = await repository.insert('c1', [taken(), taken()]);
    await opened.database
      .updateTable('measurements')
      .set({ counted_at: new Date() })
      .where('id', '=', counted!.id)
      .execute();
    const first = await messages();
    await opened.database.deleteFrom('outbox').execute();
    expect(await repository.requeueLost(new Date(lost!.measuredAt.getTime()), 10)).toBe(0);
    const later = new Date(lost!.measuredAt.getTime() + 1);
    expect(await repository.requeueLost(later, 10)).toBe(1);
    expect(await messages()).toEqual([first[0]]);
    expect(await repository.requeueLost(later, 10)).toBe(0);
  });

  describe('as dead letters', () => {
    const body = () =>
      measurementTaken.encode({
        ...{ measurementId: '17', nonce: '0f', clientId: 'c1', fileName: null, red: 0.5, redChannelMean: 0.5 },
        ...{ width: 1, height: 1, measuredAt: '2026-11-27T08:15:30.123Z' },
      });
    const letter = (bytes: Buffer) => ({
      ...{ body: bytes, type: measurementTaken.type, routingKey: measurementTaken.routingKey },
      ...{ code: 'unexpected', reason: 'none', attempts: 5, givenBack: true },
    });

    it('are kept and never end a row; what a notifier gave back goes to the outbox', async () => {
      const dead = new DeadMeasurementJobs(opened.database);
      expect(await dead.judge()).toBe('keep');
      expect(dead.subjectOfJob(letter(body()))).toEqual({ rowId: '17' });
      expect(dead.rowOf({ body: body() })).toEqual({ measurement_id: '17' });
      expect(await dead.sendGivenBack(letter(body()))).toBe(true);
      expect(await messages()).toEqual([measurementTaken.decode(body())]);
    });

    it('are nobody’s where they cannot be read', async () => {
      const dead = new DeadMeasurementJobs(opened.database);
      const odd = letter(Buffer.from('{}'));
      expect(dead.subjectOfJob(odd)).toEqual({ rowId: undefined });
      expect(dead.rowOf(odd)).toBeUndefined();
      expect(await dead.sendGivenBack(odd)).toBeUndefined();
      expect(await messages()).toEqual([]);
    });
  });
});
