/*
 * npm run bench:resampling
 *
 * What resampling a picture to the encoder's square takes in the product (WebAssembly's SIMD), beside the same in plain JavaScript,
 * turn by turn, with the same bytes as result.
 */
import { resample } from '../../../libs/blip/src/preprocessing/resample.js';
import { endWhenOutputCloses } from '../../../scripts/setup/closed-output.cjs';
import { seededRandom } from '../../support/seeded-random.js';
import { median } from '../statistics.js';
import { plainResample } from './plain-resample.js';

const size = 384;
const runs = 31;
/** What a JPEG of 12 megapixels is decoded to, a PNG of as many, and a small picture. */
const shapes = [
  [2000, 1500],
  [4000, 3000],
  [640, 480],
] as const;

function measure(work: () => ArrayLike<number>): { ms: number; result: Buffer } {
  const startedAt = performance.now();
  const result = work();
  return { ms: performance.now() - startedAt, result: Buffer.from(Uint8Array.from(result)) };
}

function main(): void {
  endWhenOutputCloses();
  const random = seededRandom(1);
  for (const [width, height] of shapes) {
    const pixels = Uint8Array.from({ length: width * height * 4 }, () => random() * 256);
    const picture = { width, height, pixels };
    const times: { product: number[]; plain: number[] } = { product: [], plain: [] };
    for (let run = 0; run < runs; run++) {
      const product = measure(() => resample(picture, size));
      const plain = measure(() => plainResample(picture, size));
      if (!product.result.equals(plain.result)) throw new Error(`${width} × ${height}: the results differ`);
      times.product.push(product.ms);
      times.plain.push(plain.ms);
    }
    const [product, plain] = [median(times.product), median(times.plain)];
    console.log(
      `${width} × ${height}: ${product.toFixed(1)} ms, in plain JavaScript ${plain.toFixed(1)} ms (× ${(plain / product).toFixed(1)})`,
    );
  }
}

main();
