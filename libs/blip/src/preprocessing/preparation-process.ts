import { allowOurFormatsAlone, decodePicture, processSettings, serveProcess } from './decoding.js';
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

allowOurFormatsAlone();
const { size } = processSettings<PreparationSettings>();

serveProcess<Uint8Array, PreparedPicture>(async (bytes) => {
  const started = performance.now();
  const picture = await decodePicture(bytes, { size, alpha: 'white' });
  const pixels = new Uint8Array(resample(picture, size));
  return { pixels, milliseconds: performance.now() - started };
});
