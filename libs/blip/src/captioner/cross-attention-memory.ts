import { Tensor } from './onnx-runtime.js';
import { pictureTokens, type BlipConfiguration } from '../checkpoint/blip-configuration.js';
import type { Tensors } from './graph-session.js';

/**
 * The cross-attention keys and values of the pictures of a batch, one slot a picture. The encoder writes a picture into
 * its slot, the decoder reads all slots as one batch: nothing is copied in between.
 */
export class CrossAttentionMemory {
  private capacity = 0;
  private layers: { key: Float32Array; value: Float32Array }[] = [];
  private readonly keyShape: readonly number[];
  private readonly valueShape: readonly number[];
  private readonly slotSize: number;

  constructor(private readonly model: BlipConfiguration) {
    const { heads, hiddenSize } = model.text;
    const tokens = pictureTokens(model.vision);
    this.keyShape = [heads, hiddenSize / heads, tokens];
    this.valueShape = [heads, tokens, hiddenSize / heads];
    this.slotSize = hiddenSize * tokens;
  }

  /** Makes room; what was in the slots may be lost. */
  reserve(slots: number): void {
    if (slots <= this.capacity) return;
    this.capacity = slots;
    this.layers = Array.from({ length: this.model.text.layers }, () => ({
      key: new Float32Array(slots * this.slotSize),
      value: new Float32Array(slots * this.slotSize),
    }));
  }

  /** `count` slots from the first one on, named as the graphs name them. */
  tensors(first: number, count: number): Tensors {
    const tensors: Record<string, Tensor> = {};
    const view = (memory: Float32Array): Float32Array =>
      memory.subarray(first * this.slotSize, (first + count) * this.slotSize);
    for (const [layer, { key, value }] of this.layers.entries()) {
      tensors[`cross_key.${layer}`] = new Tensor('float32', view(key), [count, ...this.keyShape]);
      tensors[`cross_value.${layer}`] = new Tensor('float32', view(value), [count, ...this.valueShape]);
    }
    return tensors;
  }

  /** Moves the slots that stay to the front, in their order. */
  keep(slots: readonly number[]): void {
    for (const [to, from] of slots.entries()) {
      if (to === from) continue;
      for (const { key, value } of this.layers) {
        for (const memory of [key, value]) {
          memory.copyWithin(to * this.slotSize, from * this.slotSize, (from + 1) * this.slotSize);
        }
      }
    }
  }
}
