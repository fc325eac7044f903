import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describeWithFaults } from '../support/product.js';
import { exchange, RedClient, type AnsweredMeasurement } from '../support/red-client.js';
import { expectedRed, pictureOf } from '../support/red-pictures.js';
import { operatorToken, startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

const minuteMs = 60_000;

/** Real: API, notifier, broker, database, files; all of it reached through HTTP. */
describeWithFaults('red, through HTTP', () => {
  let system: SharedSystem;
  let client: RedClient;
  let stranger: RedClient;

  beforeAll(async () => {
    system = await startSystem({ name: 'red', workers: 0, others: ['notifier'] });
    client = await RedClient.add(system.api.url, operatorToken, 'one');
    stranger = await RedClient.add(system.api.url, operatorToken, 'another');
  }, 300_000);
  afterAll(() => system?.stop());

  const newClient = () => RedClient.add(system.api.url, operatorToken, 'of one test');

  describe('a picture', () => {
    it('is measured over every pixel, by the definition', async () => {
      const [width, height] = [83, 61];
      const pixels = randomBytes(width * height * 3);
      const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      const answer = await client.send([{ name: 'noise.png', bytes: png }]);
      expect(answer.status).toBe(200);
      const { measurements } = answer.json<{ measurements: AnsweredMeasurement[] }>();
      expect(measurements).toEqual([
        {
          measurement_id: expect.any(String),
          file_name: 'noise.png',
          red: expectedRed(pixels).red,
          red_channel_mean: expect.closeTo(expectedRed(pixels).red_channel_mean, 9),
          width,
          height,
          measured_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      ]);
      expect(Math.abs(Date.now() - Date.parse(measurements[0]!.measured_at))).toBeLessThan(minuteMs);
    });

    it.each(['image/png', 'image/x-whatever', 'application/octet-stream', 'application/octet-stream; a=b'])(
      'may be the body itself, as %s',
      async (type) => {
        const answer = await client.call('POST', '/red', Uint8Array.from(await pictureOf(2_500)), {
          'content-type': type,
        });
        expect(answer.status).toBe(200);
        expect(answer.json()).toMatchObject({
          measurements: [{ file_name: null, red: 0.25, width: 100, height: 100 }],
        });
      },
    );

    it('is as wide and high as it is turned', async () => {
      const turned = await sharp(
        await sharp(await pictureOf(0))
          .resize(64, 32, { fit: 'fill' })
          .toBuffer(),
      )
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer();
      expect(await client.measure(turned)).toMatchObject([{ width: 32, height: 64 }]);
    });

    it('comes back as it was sent, with its type', async () => {
      const jpeg = await sharp(await pictureOf(4_000))
        .jpeg()
        .toBuffer();
      const [measured] = await client.measure(jpeg);
      const answer = await client.get(`/red/measurements/${measured!.measurement_id}/picture`);
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      expect(Buffer.from(answer.bytes).equals(jpeg)).toBe(true);
    });
  });

  describe('several pictures', () => {
    it('are answered in the order in which they were sent, up to 32', async () => {
      const shares = Array.from({ length: 32 }, (_, index) => (index * 311) % 10_001);
      const answer = await client.send(
        await Promise.all(shares.map(async (share) => ({ name: `${share}.png`, bytes: await pictureOf(share) }))),
      );
      expect(answer.status).toBe(200);
      const { measurements } = answer.json<{ measurements: AnsweredMeasurement[] }>();
      expect(measurements.map(({ red }) => red)).toEqual(shares.map((share) => share / 10_000));
      expect(measurements.map(({ file_name }) => file_name)).toEqual(shares.map((share) => `${share}.png`));
    });

    it('are refused beyond 32', async () => {
      const own = await newClient();
      const bytes = await pictureOf(1);
      const answer = await own.send(Array.from({ length: 33 }, () => ({ name: 'a.png', bytes })));
      expect(answer).toMatchObject({ status: 400 });
      expect(await own.measurements()).toEqual([]);
    });

    it('leave nothing behind where one of them cannot be read, which is named', async () => {
      const own = await newClient();
      const good = await pictureOf(5_000);
      const bad = [
        ['broken.png', good.subarray(0, good.length / 2)],
        ['empty.png', Buffer.alloc(0)],
        ['letter.txt', Buffer.from('Dear Sir or Madam')],
      ] as const;
      for (const [name, bytes] of bad) {
        const answer = await own.send([
          { name: 'good.png', bytes: good },
          { name, bytes },
          { name: 'last.png', bytes: good },
        ]);
        expect(answer.status).toBe(422);
        expect(answer.headers.get('content-type')).toContain('application/problem+json');
        expect(answer.json<{ detail: string }>().detail).toContain(name);
      }
      expect(await own.measurements()).toEqual([]);
      expect(await own.statistics()).toMatchObject({ images: 0 });
    });
  });

  it.each([
    ['no body', undefined, {}, 400],
    ['an empty body', '', { 'content-type': 'image/png' }, 400],
    ['a form without a file', new URLSearchParams({ a: 'b' }), {}, 415],
    ['a text', 'red', { 'content-type': 'text/plain' }, 415],
    ['JSON', '{}', { 'content-type': 'application/json' }, 415],
    ['PDF', '%PDF', { 'content-type': 'application/pdf' }, 415],
    ['a picture that is none', 'red', { 'content-type': 'image/png' }, 422],
    ['more bytes than a picture may have', Buffer.alloc(20 * 1024 ** 2 + 1), { 'content-type': 'image/png' }, 413],
  ])('refuses %s', async (_, body, headers, status) => {
    const answer = await client.call('POST', '/red', body, headers);
    expect(answer.status).toBe(status);
  });

  it('refuses a form that has fields and no file', async () => {
    const form = new FormData();
    form.set('picture', 'none');
    expect(await client.call('POST', '/red', form)).toMatchObject({ status: 400 });
  });

  it('passes over a form’s fields', async () => {
    const form = new FormData();
    form.set('note', 'before');
    form.set('whatever', new Blob([Uint8Array.from(await pictureOf(100))], { type: 'image/png' }), 'x.png');
    form.set('other', 'behind');
    expect((await client.call('POST', '/red', form)).json()).toMatchObject({ measurements: [{ red: 0.01 }] });
  });

  describe('statistics', () => {
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
  });

  it('lists measurements, the oldest first, a page at a time', async () => {
    const own = await newClient();
    const taken: AnsweredMeasurement[] = [];
    for (let count = 0; count < 3; count += 1)
      taken.push(...(await own.measure(await pictureOf(count), await pictureOf(9))));
    expect(await own.measurements()).toEqual(taken);
    const paged: AnsweredMeasurement[] = [];
    for (let page = await own.measurements({ limit: '4' }); page.length > 0;) {
      paged.push(...page);
      page = await own.measurements({ limit: '4', after: page.at(-1)!.measurement_id });
    }
    expect(paged).toEqual(taken);
    for (const query of ['limit=0', 'limit=1001', 'limit=many', 'after=x', 'after=-1']) {
      expect((await own.get(`/red/measurements?${query}`)).status).toBe(400);
    }
  });

  it('shows nothing to who has no key, a wrong one or another client’s', async () => {
    const [measured] = await client.measure(await pictureOf(1));
    const picture = `/red/measurements/${measured!.measurement_id}/picture`;
    const calls = [
      ['POST', '/red'],
      ['GET', '/red/stats'],
      ['GET', '/red/measurements'],
      ['GET', picture],
    ] as const;
    for (const [method, path] of calls) {
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Bearer ${operatorToken}` }]) {
        expect(
          (await exchange(`${client.url}${path}`, { method, headers: headers as Record<string, string> })).status,
        ).toBe(401);
      }
    }
    expect((await stranger.get(picture)).status).toBe(404);
    expect(await stranger.measurements({ after: '0' })).toEqual([]);
    for (const id of ['0', '999999999', 'x', '1e3', '../../etc/passwd', '9007199254740993', '%00']) {
      expect((await client.get(`/red/measurements/${encodeURIComponent(id)}/picture`)).status).toBe(404);
    }
  });

  /** How many of a client's measurements the notifier has not come to. */
  async function uncounted({ clientId }: RedClient): Promise<number> {
    const statement = 'SELECT count(*)::int AS count FROM measurements WHERE counted_at IS NULL AND client_id = $1';
    return (await system.database.query<{ count: number }>(statement, [clientId]))[0]!.count;
  }
});
