import type { Precision } from '../bundle/bundle-format.js';
import type { BlipConfiguration } from '../checkpoint/blip-configuration.js';
import { checkpointLayout } from '../checkpoint/checkpoint-layout.js';

/** Bytes that a parameter takes in a bundle; above what is written, so that a disk that has so much free has enough. */
const bytesOfParameter: Readonly<Record<Precision, number>> = { fp32: 4.2, int8: 1.5 };

/** About how large a bundle becomes, from above. */
export function expectedBundleBytes(configuration: BlipConfiguration, precision: Precision): number {
  const sizes = checkpointLayout(configuration).map(([, shape]) => shape.reduce((product, size) => product * size, 1));
  return sizes.reduce((sum, size) => sum + size, 0) * bytesOfParameter[precision];
}
