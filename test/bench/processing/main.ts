import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { ProcessingClient, type ProcessingStatus } from '../../support/processing-client.js';
import { startPrivateSystem } from '../../support/running-system.js';
import { seededRandom } from '../../support/seeded-random.js';
import { runSuite } from '../../support/suite-command.js';
import { runBareLoop } from './bare-loop.js';

/** Of the bare loop's speed, at least. */
const bar = 0.85;

/** Pictures for each process that are not timed: it starts with the first, and those of the bare loop have started before. */
const startingPictures = 8;

/** A picture of a camera's size, with grain, so that it is as large as such a file. */
async function drawPicture(seed: number): Promise<Buffer> {
  const [width, height] = [2_400, 1_800];
  const random = seededRandom(seed);
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] = 128 + 90 * Math.sin(at / (3 * (40 + seed))) + 20 * random();
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** What the product's image worker does with uploads that wait for it, once all its processes are at work. @returns pictures a second */
async function runProduct(pictures: readonly Buffer[], count: number, processes: number): Promise<number> {
  const system = await startPrivateSystem({ name: 'bench-processing', workers: 0 });
  try {
    const client = new ProcessingClient(system.client);
    const jobs: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const picture = pictures[index % pictures.length]!;
      jobs.push(await client.upload({ picture, type: 'image/jpeg', operations: 'resize,filter' }));
    }
    await system.startOther('image-worker', { IMAGE_PROCESSES: String(processes) });
    const ended: ProcessingStatus[] = [];
    for (const job of jobs) ended.push(await client.ended(job, undefined, { within: 300_000 }));
    const failed = ended.find(({ status }) => status !== 'completed');
    if (failed) throw new Error(`a job failed: ${JSON.stringify(failed.result)}`);
    const ends = ended.map((job) => Date.parse(job.finished_at ?? '')).toSorted((a, b) => a - b);
    const timed = ends.slice(processes * startingPictures);
    return (timed.length - 1) / ((timed.at(-1)! - timed[0]!) / 1000);
  } finally {
    await system.stop();
  }
}

/** Both do the same with the same files, one after the other, in as many processes. */
async function bench(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { count: { type: 'string' }, processes: { type: 'string' } } });
  const count = Number(values.count ?? 200);
  const processes = Number(values.processes ?? availableParallelism());
  const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-bench-'));
  try {
    const pictures = await Promise.all(Array.from({ length: 8 }, (_, seed) => drawPicture(seed)));
    const files = pictures.map((_, index) => join(directory, `${index}.jpeg`));
    for (const [index, file] of files.entries()) await writeFile(file, pictures[index]!);
    const output = join(directory, 'output');
    await mkdir(output);
    const asked = Array.from({ length: count }, (_, index) => files[index % files.length]!);
    const bare = count / (await runBareLoop(asked, output, processes));
    const product = await runProduct(pictures, count, processes);
    const ratio = product / bare;
    console.log(`bare sharp, ${processes} processes    ${bare.toFixed(1)} pictures/s`);
    console.log(
      `image-worker, ${processes} processes  ${product.toFixed(1)} pictures/s, with API, broker and database beside it`,
    );
    console.log(`${ratio >= bar ? '✓' : '✗'} ${ratio.toFixed(2)} of the bare loop, expected ${bar} at least`);
    return ratio >= bar ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

void runSuite(bench);
