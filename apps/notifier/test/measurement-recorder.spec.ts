import { measurementTaken, type MeasurementTaken } from '@ekphrasis/contracts';
import { countRed } from '@ekphrasis/statistics';
import { MeasurementRecorder } from '../src/measurements/measurement-recorder.service.js';
import type { HappenedEvent } from '../src/webhooks/events/event-deliveries.service.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('MeasurementRecorder (real: PostgreSQL)', () => {
  const measuredAt = '2026-11-27T08:15:30.123Z';
  const period = { from: Date.parse('2026-11-27'), to: Date.parse('2026-11-28') };
  let opened: MigratedDatabase;
  let recorder: MeasurementRecorder;
  let told: HappenedEvent[];
  let woken: (readonly string[])[];
  let failure: Error | undefined;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    const deliveries = {
      append: async (_: unknown, events: readonly HappenedEvent[]) => {
        if (failure) throw failure;
        told.push(...events);
        return ['w1'];
      },
      committed: (ids: readonly string[]) => void woken.push(ids),
    };
    recorder = new MeasurementRecorder(opened.database, deliveries);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    told = [];
    woken = [];
    failure = undefined;
    for (const table of ['measurements', 'red_counts'] as const) await opened.database.deleteFrom(table).execute();
  });

  async function measured(nonce: string, share = 5_001): Promise<MeasurementTaken> {
    const row = {
      client_id: 'c1',
      nonce,
      file_name: null,
      content_type: 'image/png',
      red: share,
      red_channel_mean: 0.5,
    };
    const { id } = await opened.database
      .insertInto('measurements')
      .values({ ...row, width: 1, height: 1, measured_at: new Date(measuredAt) })
      .returning('id')
      .executeTakeFirstOrThrow();
    const message = { nonce, clientId: 'c1', fileName: null, red: share / 10_000, redChannelMean: 0.5 };
    // as it comes from the broker
    return measurementTaken.decode(
      measurementTaken.encode({ ...message, measurementId: String(id), width: 1, height: 1, measuredAt }),
    );
  }

  /** What stands in the table of counts alone. */
  async function counted(): Promise<number> {
    const days = await opened.database
      .selectFrom('red_counts')
      .select('at_least')
      .where('part', '=', -1)
      .where('resolution', '=', 'day')
      .execute();
    return days.reduce((sum, { at_least: [all] }) => sum + all!, 0);
  }

  it('counts a measurement once and tells of it once, however often it comes, and at once from several sides', async () => {
    const first = await measured('a1');
    await Promise.all(Array.from({ length: 5 }, () => recorder.record(first)));
    await recorder.record(first);
    expect(await counted()).toBe(1);
    expect(told.map(({ type }) => type)).toEqual(['red.measured', 'red.exceeded']);
    expect(await countRed(opened.database, { clientId: 'c1', period, threshold: 0.5 })).toEqual({
      images: 1,
      above: 1,
    });
  });

  it('counts different ones of one minute at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => measured(`b${index}`, index * 500)));
    await Promise.all(all.map((each) => recorder.record(each)));
    expect(await counted()).toBe(20);
    expect(await countRed(opened.database, { clientId: 'c1', period, threshold: 0.4999 })).toEqual({
      images: 20,
      above: 10,
    });
  });

  it('has counted nothing where whom to tell cannot be written down, and does it all the next time', async () => {
    const first = await measured('c1');
    failure = new Error('no deliveries now');
    await expect(recorder.record(first)).rejects.toThrow('no deliveries now');
    expect(await counted()).toBe(0);
    expect(woken).toEqual([]);
    failure = undefined;
    await recorder.record(first);
    expect(await counted()).toBe(1);
    expect(woken).toEqual([['w1']]);
  });

  it('passes over a message of another measurement that had the same id', async () => {
    const first = await measured('d1');
    await recorder.record({ ...first, nonce: 'of a lost life' });
    await recorder.record({ ...first, measurementId: '9007199254740991' });
    expect(await counted()).toBe(0);
    expect(told).toEqual([]);
  });
});
