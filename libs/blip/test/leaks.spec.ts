/* Real here: a bundle, its threads and ONNX Runtime, counted by the operating system. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadCaptionModel } from '../src/index.js';
import { pngPicture } from './support/pictures.js';
import { seededRandom } from './support/seeded-random.js';
import { compileTinyBundle } from './support/tiny-bundle.js';

const requests = 200;
const rounds = 4;
const mostGrowthBytes = 24e6;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
});

afterAll(() => rm(directory, { recursive: true }));

it('two hundred requests with random cancellations leak neither sessions, nor threads, nor memory', async () => {
  const bundle = await compileTinyBundle(directory, 'int8');
  const pictures = await Promise.all(Array.from({ length: 40 }, (_, seed) => pngPicture(seed)));
  const threadsBefore = await countThreads();
  const model = await loadCaptionModel(bundle, { lanes: 2, batchSize: 6 });
  const threadsAtWork = await countThreads();
  const { number: random } = seededRandom(7);
  let aborted = 0;
  let captioned = 0;

  const request = async (): Promise<void> => {
    const controller = new AbortController();
    const isImpatient = random() < 0.5;
    if (isImpatient) setTimeout(() => controller.abort(), random() * 60);
    const images = [
      pictures[Math.floor(random() * pictures.length)]!,
      pictures[Math.floor(random() * pictures.length)]!,
    ];
    await delay(random() * 40);
    await model.caption(images, { numBeams: random() < 0.3 ? 3 : 1 }, controller.signal).then(
      () => captioned++,
      () => aborted++,
    );
  };
  const memory: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await Promise.all(Array.from({ length: requests }, request));
    memory.push(process.memoryUsage().rss);
  }
  expect(captioned + aborted).toBe(rounds * requests);
  expect(captioned).toBeGreaterThan(requests / 4);
  expect(aborted).toBeGreaterThan(requests / 4);
  // the preparing thread starts with the first picture; libvips keeps a few of its own
  expect(await countThreads()).toBeLessThanOrEqual(threadsAtWork + 12);
  expect(memory.at(-1)! - memory[1]!).toBeLessThan(mostGrowthBytes);

  await model.close();
  expect(await countThreads()).toBeLessThanOrEqual(threadsBefore + 12);
  expect(captioned + aborted).toBe(rounds * requests);
});

it('loading and closing a model again and again leaves neither threads nor memory behind', async () => {
  const bundle = join(directory, 'bundle');
  const cycle = async (): Promise<void> => {
    const model = await loadCaptionModel(bundle, { lanes: 2 });
    await model.caption([await pngPicture(1)]);
    await model.close();
  };
  for (let warmUp = 0; warmUp < 3; warmUp++) await cycle();
  const [threads, memory] = [await countThreads(), process.memoryUsage().rss];
  for (let repeat = 0; repeat < 8; repeat++) await cycle();
  expect(await countThreads()).toBeLessThanOrEqual(threads + 1);
  expect(process.memoryUsage().rss - memory).toBeLessThan(8 * 8e6);
});

/** Threads of this process as the kernel counts them. */
async function countThreads(): Promise<number> {
  return (await readdir('/proc/self/task')).length;
}
