import type { Tensor } from '../captioner/onnx-runtime.js';
import type { LinearLayer } from '../compiler/linear-layer.js';
import type { Observation } from './observed-products.js';

/** What a stage's graph gave for one picture, by the names of its results. */
export type StageResults = Readonly<Record<string, Tensor>>;

/** A product's input and its error in int8, over all pictures of the calibration. */
export class ProductErrors {
  /** Each input's largest magnitude. */
  readonly largest: Float32Array;
  private difference = 0;
  private size = 0;
  private sizeWithoutBias = 0;

  constructor(readonly layer: LinearLayer) {
    this.largest = new Float32Array(layer.inputs);
  }

  add(observation: Observation, results: StageResults): void {
    const floats = (name: string): Float32Array => results[name]!.data as Float32Array;
    for (const [input, magnitude] of floats(observation.largest).entries()) {
      this.largest[input] = Math.max(this.largest[input]!, magnitude);
    }
    this.difference += floats(observation.error)[0]!;
    this.size += floats(observation.size)[0]!;
    this.sizeWithoutBias += floats(observation.sizeWithoutBias)[0]!;
  }

  /**
   * ‖int8 − float32‖ / ‖float32‖. A bias must not hide an error: the size is the result's with its bias or without, whichever
   * is less (what an input has in common for all rows is often taken away again by the bias).
   */
  get relative(): number {
    return this.difference === 0 ? 0 : Math.sqrt(this.difference / Math.min(this.size, this.sizeWithoutBias));
  }
}
