import sharp from 'sharp';
import { ProcessingClient } from '../support/processing-client.js';
import { describeWithFaults } from '../support/product.js';
import { startPrivateSystem, type PrivateSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

/** What clients are promised. */
const answerWithinMs = 1_000;

/** Real: API, image workers that are killed, a broker and a database; the broker is frozen and killed. */
describeWithFaults('processing while parts are away', () => {
  let system: PrivateSystem;
  let uploads: ProcessingClient;
  let picture: Buffer;

  beforeAll(async () => {
    system = await startPrivateSystem({ name: 'processing-faults', workers: 0, others: ['image-worker'] });
    uploads = new ProcessingClient(system.client);
    picture = await sharp({ create: { width: 1_500, height: 1_000, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer();
  }, 300_000);
  afterAll(() => system?.stop(), 60_000);

  async function upload(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const begun = performance.now();
      ids.push(await uploads.upload({ picture, type: 'image/jpeg', operations: 'resize,watermark' }));
      expect(performance.now() - begun).toBeLessThan(answerWithinMs);
    }
    return ids;
  }
  async function expectEachCompleted(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      expect(await uploads.ended(id, undefined, { within: 120_000 })).toMatchObject({ status: 'completed' });
    const results = await Promise.all(ids.map((id) => uploads.picture(id)));
    expect(results.filter(({ answer }) => answer.status !== 200)).toEqual([]);
  }

  it('accepts uploads while the broker is frozen, and processes them after the thaw', async () => {
    await system.broker.freeze();
    const ids = await upload(10);
    expect(await uploads.status(ids[0]!)).toMatchObject({ status: 'queued' });
    await system.broker.thaw();
    await expectEachCompleted(ids);
  });

  it('loses nothing with a worker that is killed in the middle of its jobs', async () => {
    const ids = await upload(30);
    await until('some are done', async () => (await uploads.status(ids[3]!)).status === 'completed');
    await system.others[0]!.kill();
    await system.startOther('image-worker');
    await expectEachCompleted(ids);
  });

  it('loses nothing with a broker that is killed and comes back', async () => {
    const ids = await upload(10);
    await system.broker.kill();
    ids.push(...(await upload(5)));
    await system.broker.restart();
    await expectEachCompleted(ids);
  });
});
