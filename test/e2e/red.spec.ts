import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { describeWithFaults } from '../support/product.js';
import { exchange, RedClient, type AnsweredMeasurement } from '../support/red-client.js';
import { expectedRed, pictureOf } from '../support/red-pictures.js';
import { operatorToken, startSystem, type SharedSystem } from '../support/running-system.js';

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
});
