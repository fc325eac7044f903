/* Real here: a bundle, its threads and ONNX Runtime, counted by the operating system. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../test/support/until.js';
import { compileCheckpoint, loadCaptionModel } from '../src/index.js';
import { writeRandomCheckpoint } from '../src/checkpoint/random-checkpoint.js';
import { pngPicture } from '../../pictures/test/support/pictures.js';
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
  // a heap finds its size in its own time; a leak grows in every round
  const growth = (): number => memory.at(-1)! - memory.at(-3)!;
  for (let round = 0; round < rounds || (round < 3 * rounds && growth() >= mostGrowthBytes); round++) {
    await Promise.all(Array.from({ length: requests }, request));
    memory.push(process.memoryUsage().rss);
  }
  expect(captioned + aborted).toBe(memory.length * requests);
  expect(captioned).toBeGreaterThan(requests / 4);
  expect(aborted).toBeGreaterThan(requests / 4);
  // the preparing thread starts with the first picture; libvips keeps a few of its own
  expect(await countThreads()).toBeLessThanOrEqual(threadsAtWork + 12);
  expect(growth()).toBeLessThan(mostGrowthBytes);

  await model.close();
  expect(await countThreads()).toBeLessThanOrEqual(threadsBefore + 12);
});

it('loading and closing a model again and again leaves neither threads nor sessions behind', async () => {
  const bundle = await compileLargerBundle();
  const weights =
    (await stat(join(bundle, 'vision.weights'))).size + (await stat(join(bundle, 'decoder.weights'))).size;
  const cycle = async (): Promise<void> => {
    const model = await loadCaptionModel(bundle, { lanes: 1 });
    await model.caption([await pngPicture(1)], { maxLength: 3 });
    await model.close();
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) await cycle();
  const threads = await countThreads();
  let growth = Infinity;
  // an allocator finds its size in its own time; sessions that stay grow it in every round
  for (let round = 0; round < 3 && growth >= 3 * weights; round++) {
    const before = process.memoryUsage().rss;
    for (let repeat = 0; repeat < 12; repeat++) await cycle();
    growth = process.memoryUsage().rss - before;
  }
  await until('no thread of theirs is left', async () => (await countThreads()) <= threads + 1);
  // the allocator keeps some of what was freed; sessions that stayed would hold their weights, twelve times
  expect(weights).toBeGreaterThan(60e6);
  expect(growth).toBeLessThan(3 * weights);
});

/** Random weights, many enough for a session that stays in memory to be seen. */
async function compileLargerBundle(): Promise<string> {
  const checkpoint = join(directory, 'larger-checkpoint');
  const sizes = { hidden_size: 384, intermediate_size: 1536, num_hidden_layers: 5, num_attention_heads: 6 };
  await writeRandomCheckpoint(checkpoint, {
    model_type: 'blip',
    vision_config: { ...sizes, image_size: 64 },
    text_config: { ...sizes, vocab_size: 1000, bos_token_id: 998 },
  });
  await compileCheckpoint(checkpoint, join(directory, 'larger-bundle'), { precision: 'fp32' });
  return join(directory, 'larger-bundle');
}

/** Threads of this process as the kernel counts them. */
async function countThreads(): Promise<number> {
  return (await readdir('/proc/self/task')).length;
}
