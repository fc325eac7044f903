import sharp from 'sharp';
import { openBundle } from '../../../libs/blip/src/bundle/bundle.js';
import { allowOurFormatsAlone, decodePicture } from '../../../libs/pictures/src/decoding/index.js';
import { resample } from '../../../libs/blip/src/preprocessing/resample.js';
import { median } from '../statistics.js';
import { samplePictures } from './sample-pictures.js';

export interface PreparingResult {
  /** Milliseconds for a JPEG of 12 megapixels: sharp's decoding of it alone, and all until the model can take it. */
  decodingMs: number;
  preparingMs: number;
  /** Of the latter, resampling what was decoded, at a fraction of its size where that is enough. */
  resamplingMs: number;
}

const runs = 15;

/** Compares the preparation of a large picture with no more than its decoding, turn by turn. */
export async function measurePreparing(bundle: string): Promise<PreparingResult> {
  allowOurFormatsAlone();
  const size = (await openBundle(bundle)).configuration.model.vision.imageSize;
  const [sample] = await samplePictures(1);
  const jpeg = await sharp(sample).resize(4000, 3000, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer();
  const times: Record<keyof PreparingResult, number[]> = { decodingMs: [], preparingMs: [], resamplingMs: [] };
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await sharp(jpeg).raw().toBuffer();
    const decodedAt = performance.now();
    const picture = await decodePicture(jpeg, { size, alpha: 'white' });
    const resampledFrom = performance.now();
    resample(picture, size);
    const endedAt = performance.now();
    times.decodingMs.push(decodedAt - startedAt);
    times.preparingMs.push(endedAt - decodedAt);
    times.resamplingMs.push(endedAt - resampledFrom);
  }
  return {
    decodingMs: median(times.decodingMs),
    preparingMs: median(times.preparingMs),
    resamplingMs: median(times.resamplingMs),
  };
}
