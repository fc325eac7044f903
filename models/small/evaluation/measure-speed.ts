import type { BlipCaptionModel } from '../../../libs/blip/src/index.js';

const rounds = 3;

/** Captions per second at batches of 8, decoding included: the best of some rounds, since others may use the machine too. */
export async function measureSpeed(model: BlipCaptionModel, pictures: readonly Buffer[]): Promise<number> {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await model.caption(pictures);
    best = Math.max(best, (1000 * pictures.length) / (performance.now() - started));
  }
  return best;
}
