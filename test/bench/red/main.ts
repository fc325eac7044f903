/*
 * npm run bench:red
 *
 * What measuring a JPEG of 12 megapixels takes as the product does it, beside decoding it alone, turn by turn in one thread. Fails
 * where it takes more than 1.3 times as long.
 */
import sharp from 'sharp';
import { allowOurFormatsAlone, measurePicture } from '../../../libs/pictures/src/decoding/index.js';
import { endWhenOutputCloses } from '../../../scripts/setup/closed-output.cjs';
import { seededRandom } from '../../support/seeded-random.js';
import { median } from '../statistics.js';

const [width, height] = [4_000, 3_000];
const runs = 21;
const mostTimes = 1.3;

/** As detailed as a photograph, with red, nearly red and other parts. */
async function photograph(): Promise<Buffer> {
  const random = seededRandom(1);
  const raw = { width: width / 8, height: height / 8, channels: 3 } as const;
  const spots = Uint8Array.from({ length: raw.width * raw.height * 3 }, (_, at) => random() * (at % 3 > 0 ? 130 : 256));
  return sharp(spots, { raw }).resize(width, height, { kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function main(): Promise<void> {
  endWhenOutputCloses();
  allowOurFormatsAlone();
  const jpeg = await photograph();
  const times: { measured: number[]; decoded: number[] } = { measured: [], decoded: [] };
  for (let run = 0; run < runs; run += 1) {
    times.decoded.push(await timed(() => sharp(jpeg, { sequentialRead: true }).raw().toBuffer()));
    times.measured.push(await timed(() => measurePicture(jpeg)));
  }
  const { redPixels } = await measurePicture(jpeg);
  const [measured, decoded] = [median(times.measured), median(times.decoded)];
  const ratio = measured / decoded;
  console.log(
    `${width} × ${height}, ${(jpeg.length / 1e6).toFixed(1)} MB, ${((100 * redPixels) / width / height).toFixed(1)} % red: ` +
      `measured in ${measured.toFixed(0)} ms, decoded in ${decoded.toFixed(0)} ms (× ${ratio.toFixed(2)}, at most × ${mostTimes})`,
  );
  process.exitCode = ratio > mostTimes ? 1 : 0;
}

void main();
