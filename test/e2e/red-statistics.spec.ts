import { describeWithFaults } from '../support/product.js';
import { RedClient } from '../support/red-client.js';
import { pictureOf } from '../support/red-pictures.js';
import { operatorToken, startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

const minuteMs = 60_000;

/** Real: API, notifier, broker, database, files; all of it reached through HTTP. */
describeWithFaults('statistics of red, through HTTP', () => {
  let system: SharedSystem;
  let client: RedClient;
  let stranger: RedClient;

  beforeAll(async () => {
    system = await startSystem({ name: 'red-statistics', workers: 0, others: ['notifier'] });
    client = await newClient();
    stranger = await newClient();
  }, 300_000);
  afterAll(() => system?.stop());

  const newClient = () => RedClient.add(system.api.url, operatorToken, 'of one test');

  it('tell of a picture that was just measured, and within seconds the notifier has counted it', async () => {
    const own = await newClient();
    const measured = await own.measure(await pictureOf(5_000), await pictureOf(5_001), await pictureOf(9_999));
    expect(await own.statistics()).toMatchObject({ images: 3, above: { threshold: 0.5, images: 2 } });
    await until('they are counted', async () => (await uncounted(own)) === 0);
    expect(await own.statistics()).toMatchObject({ images: 3, above: { threshold: 0.5, images: 2 } });
    const at = Date.parse(measured[0]!.measured_at);
    const exactly = { from: new Date(at).toISOString(), to: new Date(at + 1).toISOString() };
    expect(await own.statistics({ ...exactly, above: '0.9999' })).toEqual({
      ...exactly,
      images: 3,
      above: { threshold: 0.9999, images: 0 },
    });
    expect(await own.statistics({ ...exactly, above: '0.99989' })).toMatchObject({ above: { images: 1 } });
    expect(await own.statistics({ from: exactly.to, to: new Date(at + minuteMs).toISOString() })).toMatchObject({
      images: 0,
    });
    expect(await own.statistics({ from: '2000-01-01', to: exactly.from })).toMatchObject({ images: 0 });
    expect(await stranger.statistics({ from: '2000-01-01' })).toMatchObject({ images: 0 });
  });

  it.each(['minute', 'hour', 'day'] as const)('have a bucket for each %s, the empty ones too', async (bucket) => {
    const own = await newClient();
    const [measured] = await own.measure(await pictureOf(7_000));
    const lengths = { minute: minuteMs, hour: 60 * minuteMs, day: 1_440 * minuteMs };
    const unit = lengths[bucket];
    const at = Date.parse(measured!.measured_at);
    const from = at - 3 * unit;
    const { buckets, images } = await own.statistics({
      from: new Date(from).toISOString(),
      to: new Date(at + 1).toISOString(),
      bucket,
    });
    const first = Math.floor(from / unit) * unit;
    expect(buckets).toEqual(
      Array.from({ length: 4 }, (_, index) => ({
        from: new Date(first + index * unit).toISOString(),
        images: index === 3 ? 1 : 0,
        above: index === 3 ? 1 : 0,
      })),
    );
    expect(images).toBe(1);
  });

  it('are of the last 24 hours unless something else is asked for', async () => {
    const { from, to, above } = await client.statistics();
    expect(Date.parse(to) - Date.parse(from)).toBe(1_440 * minuteMs);
    expect(Math.abs(Date.now() - Date.parse(to))).toBeLessThan(minuteMs);
    expect(above.threshold).toBe(0.5);
  });

  it.each([
    'from=2026-01-02&to=2026-01-01',
    'from=2026-01-01&to=2026-01-01',
    'from=yesterday',
    'to=2026-02-30',
    'from=2999-01-01',
    'above=much',
    'above=',
    'above=NaN',
    'above=Infinity',
    'bucket=week',
    'bucket=',
    'bucket=minute&from=2026-01-01&to=2026-01-08',
    'from=2026-01-01&from=2026-01-02',
  ])('are refused for %s', async (query) => {
    expect((await client.get(`/red/stats?${query}`)).status).toBe(400);
  });

  /** How many of a client's measurements the notifier has not come to. */
  async function uncounted({ clientId }: RedClient): Promise<number> {
    const statement = 'SELECT count(*)::int AS count FROM measurements WHERE counted_at IS NULL AND client_id = $1';
    return (await system.database.query<{ count: number }>(statement, [clientId]))[0]!.count;
  }
});
