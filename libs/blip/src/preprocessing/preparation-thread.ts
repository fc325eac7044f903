import { serveCalls, threadSettings } from '../threads/serve-calls.js';
import { decodePicture } from './decode-picture.js';
import { resample } from './resample.js';

export interface PreparationSettings {
  /** Side of the encoder's pictures in pixels. */
  size: number;
}

export interface PreparedPicture {
  /** RGB bytes, size × size. */
  pixels: Uint8Array<ArrayBuffer>;
  /** Decoding and resampling, in milliseconds. */
  milliseconds: number;
}

const { size } = threadSettings<PreparationSettings>();

serveCalls<Uint8Array, PreparedPicture>(async (bytes, signal) => {
  const started = performance.now();
  const picture = await decodePicture(bytes, { size, alpha: 'white' });
  signal.throwIfAborted();
  const pixels = new Uint8Array(resample(picture, size));
  return { result: { pixels, milliseconds: performance.now() - started }, transfer: [pixels.buffer] };
});
