import type { PictureConfiguration } from '../checkpoint/picture-configuration.js';

/** Turns RGB bytes into the encoder's input. */
export type PixelNormalisation = (pixels: Uint8Array, into: Float32Array) => void;

/**
 * (value / 255 − mean) / deviation by colour, from interleaved bytes to three planes. There are only 256 values, so each
 * colour is a table.
 */
export function pixelNormalisation({ mean, standardDeviation }: PictureConfiguration): PixelNormalisation {
  const tables = mean.map((average, colour) =>
    Float32Array.from({ length: 256 }, (_, value) => (value / 255 - average) / standardDeviation[colour]!),
  );
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  return (pixels, into) => {
    const plane = pixels.length / 3;
    for (let index = 0, source = 0; index < plane; index++, source += 3) {
      into[index] = red[pixels[source]!]!;
      into[plane + index] = green[pixels[source + 1]!]!;
      into[2 * plane + index] = blue[pixels[source + 2]!]!;
    }
  };
}
