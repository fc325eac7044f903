import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { countRed, countRedIn, lengthMs, resolutions, wholeShare, type Period } from '@ekphrasis/statistics';
import { settingsFor } from '../../persistence/test/database-settings.js';
import { createOwnDatabase, type OwnDatabase } from '../../../test/support/own-database.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { insertMeasured, type Measured } from './measured.js';

const begin = Date.parse('2026-03-28T22:00:00Z');
const days = 3;

/** Real: the database. */
describe('statistics of red (real: PostgreSQL)', () => {
  const random = seededRandom(13);
  const whole = (below: number): number => Math.floor(random() * below);
  const all: Measured[] = [];
  let own: OwnDatabase;
  let database: Database;

  beforeAll(async () => {
    own = await createOwnDatabase();
    await migrateToLatest(settingsFor(own.url));
    database = openDatabase(settingsFor(own.url), () => undefined);
    const shares = () => [0, wholeShare, 5_000, 5_001, 4_999, 100, 99, whole(wholeShare + 1)][whole(8)]!;
    for (let count = 0; count < 600; count += 1) {
      // every fourth on a minute's very beginning or end
      const time = begin + whole(days * lengthMs.day);
      const at = count % 4 > 0 ? time : Math.floor(time / 60_000) * 60_000 - (count % 8 === 0 ? 1 : 0);
      all.push({ clientId: `client-${whole(2)}`, at, share: shares(), isCounted: random() < 0.8 });
    }
    await database.transaction().execute(async (transaction) => {
      for (const each of all) await insertMeasured(transaction, each);
    });
  });
  afterAll(async () => {
    await database?.destroy();
    await own?.drop();
  });

  /** The same counts, made by looking at each. */
  function plainly(clientId: string, { from, to }: Period, threshold: number) {
    const inside = all.filter((each) => each.clientId === clientId && each.at >= from && each.at < to);
    return { images: inside.length, above: inside.filter(({ share }) => share / wholeShare > threshold).length };
  }

  function anyPeriod(): Period {
    const instants = all.map(({ at }) => at);
    const [from, to] = [whole(instants.length), whole(instants.length)]
      .map((index) => instants[index]! + whole(3) - 1)
      .sort((one, other) => one - other) as [number, number];
    return { from, to: to + 1 };
  }

  it('are those of a plain count, for any period and any threshold', async () => {
    for (let round = 0; round < 150; round += 1) {
      const period = anyPeriod();
      const threshold = [0, 0.5, 0.4999, 1, 0.01, random(), -1, 2][whole(8)]!;
      const clientId = `client-${whole(2)}`;
      const { images, above } = await countRed(database, { clientId, period, threshold });
      expect({ images, above, period, threshold }).toEqual({
        ...plainly(clientId, period, threshold),
        period,
        threshold,
      });
    }
  });

  it.each(resolutions)('are those of a plain count in each %s', async (bucket) => {
    const period = anyPeriod();
    const buckets = await countRedIn(database, { clientId: 'client-0', period, threshold: 0.5 }, bucket);
    const expected = new Map<number, { images: number; above: number }>();
    for (let at = period.from; at < period.to;) {
      const start = Math.floor(at / lengthMs[bucket]) * lengthMs[bucket];
      const end = Math.min(start + lengthMs[bucket], period.to);
      const counts = plainly('client-0', { from: at, to: end }, 0.5);
      if (counts.images > 0) expected.set(start, counts);
      at = end;
    }
    expect(expected.size).toBeGreaterThan(0);
    expect(new Map([...buckets].sort())).toEqual(new Map([...expected].sort()));
  });

  it('show nothing of another client', async () => {
    const period = { from: begin, to: begin + days * lengthMs.day };
    expect(await countRed(database, { clientId: 'nobody', period, threshold: 0 })).toEqual({ images: 0, above: 0 });
  });
});
