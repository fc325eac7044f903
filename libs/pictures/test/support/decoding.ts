import { join } from 'node:path';
import type { DecodedPicture } from '../../src/decoding/index.js';
import { PictureProcesses, type PictureProcessesOptions } from '../../src/index.js';

/** Processes that decode pictures, so many at a time. */
export function startDecoding(
  concurrency: number,
  options: Pick<PictureProcessesOptions, 'seconds' | 'sandbox'> = {},
): PictureProcesses<Uint8Array, DecodedPicture> {
  return new PictureProcesses({ script: join(__dirname, 'decoding-process'), settings: null, concurrency, ...options });
}
