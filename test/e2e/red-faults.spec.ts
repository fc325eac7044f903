import { describeWithFaults } from '../support/product.js';
import { RedClient, type AnsweredMeasurement } from '../support/red-client.js';
import { pictureOf } from '../support/red-pictures.js';
import { operatorToken, startPrivateSystem, type PrivateSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

/** What clients are promised, whatever the broker does. */
const answerWithinMs = 2_000;
const countedWithin = { within: 60_000 };

/** Real: API, notifier, and a broker and a database that are frozen, killed and restarted. */
describeWithFaults('red, whatever breaks', () => {
  let system: PrivateSystem;
  let client: RedClient;

  beforeAll(async () => {
    system = await startPrivateSystem({ name: 'red-faults', workers: 0, others: ['notifier'] });
  }, 300_000);
  afterAll(() => system?.stop(), 60_000);
  beforeEach(async () => {
    client = await RedClient.add(system.api.url, operatorToken, 'of one test');
  });

  async function measureQuickly(count: number): Promise<AnsweredMeasurement[]> {
    const measured: AnsweredMeasurement[] = [];
    for (let index = 0; index < count; index += 1) {
      const answer = await client.send([{ name: `${index}.png`, bytes: await pictureOf(1_000 * index) }]);
      expect(answer.status).toBe(200);
      expect(answer.milliseconds).toBeLessThan(answerWithinMs);
      measured.push(...answer.json<{ measurements: AnsweredMeasurement[] }>().measurements);
    }
    return measured;
  }

  /** Every measurement of the client is counted, once, in each of the three lengths of time. */
  async function expectEachCountedOnce(count: number): Promise<void> {
    const where = `client_id = '${client.clientId}'`;
    await until(
      'the notifier has counted all',
      async () => {
        const statement = `SELECT count(*)::int AS count FROM measurements WHERE counted_at IS NOT NULL AND ${where}`;
        return (await system.database.execute(statement))[0]!['count'] === count;
      },
      countedWithin,
    );
    const counts = await system.database.execute(
      `SELECT resolution, sum(at_least[1])::int AS count FROM red_counts WHERE part = -1 AND ${where} GROUP BY 1 ORDER BY 1`,
    );
    expect(counts).toEqual(['day', 'hour', 'minute'].map((resolution) => ({ resolution, count })));
    expect(await client.statistics()).toMatchObject({ images: count });
  }

  it('answers within two seconds while the broker is frozen, and shows what it has answered; it is counted after the thaw', async () => {
    await measureQuickly(1);
    await system.broker.freeze();
    await measureQuickly(9);
    expect(await client.statistics({ above: '0.45' })).toMatchObject({ images: 10, above: { images: 4 } });
    await system.broker.thaw();
    await expectEachCountedOnce(10);
    expect(await client.statistics({ above: '0.45' })).toMatchObject({ images: 10, above: { images: 4 } });
  });

  it('keeps what it has answered while the broker was killed', async () => {
    await system.broker.kill();
    await measureQuickly(5);
    await system.broker.restart();
    await expectEachCountedOnce(5);
  });

  it('counts each measurement once although notifiers are killed again and again', async () => {
    let notifier = system.others[0]!;
    let count = 0;
    for (let round = 0; round < 3; round += 1) {
      const measuring = measureQuickly(10);
      await until('it counts', async () => {
        const statement = `SELECT count(*)::int AS count FROM measurements WHERE counted_at IS NOT NULL AND client_id = '${client.clientId}'`;
        return Number((await system.database.execute(statement))[0]!['count']) > count;
      });
      await notifier.kill();
      count += (await measuring).length;
      notifier = await system.startOther('notifier');
    }
    await expectEachCountedOnce(count);
  });

  it('counts what was answered by an API that was killed before it could send it', async () => {
    await system.broker.freeze();
    await measureQuickly(3);
    await system.api.kill();
    await system.broker.thaw();
    const api = await system.startApi();
    client = new RedClient(api.url, client.clientId, client.apiKey);
    await expectEachCountedOnce(3);
  });
});
