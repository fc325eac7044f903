import { Tensor } from './onnx-runtime.js';
import type { BundleConfiguration } from '../bundle/bundle-format.js';
import { pixelNormalisation, type PixelNormalisation } from '../preprocessing/pixel-values.js';
import type { CrossAttentionMemory } from './cross-attention-memory.js';
import type { GraphSession } from './graph-session.js';

/**
 * Runs the vision encoder, one picture at a time: a picture has enough rows to keep the processor busy by itself, and the
 * int8 graph chooses one scale for everything it is given, so that pictures run together would change each other's
 * captions.
 */
export class PictureEncoder {
  private readonly normalise: PixelNormalisation;
  private readonly pixelValues: Tensor;

  constructor(
    private readonly session: GraphSession,
    { picture }: BundleConfiguration,
  ) {
    this.normalise = pixelNormalisation(picture);
    const { size } = picture;
    this.pixelValues = new Tensor('float32', new Float32Array(3 * size * size), [1, 3, size, size]);
  }

  /** Encodes RGB bytes of the encoder's size into a slot of the memory. */
  async encode(pixels: Uint8Array, memory: CrossAttentionMemory, slot: number): Promise<void> {
    this.normalise(pixels, this.pixelValues.data as Float32Array);
    await this.session.run({ pixel_values: this.pixelValues }, memory.tensors(slot, 1));
  }
}
