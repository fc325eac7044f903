import { Tensor } from './onnx-runtime.js';
import type { TextConfiguration } from '../checkpoint/blip-configuration.js';
import type { Tensors } from './graph-session.js';

interface Side {
  key: Float32Array;
  value: Float32Array;
}

/**
 * The decoder's KV cache: keys and values of all tokens so far, for every row. It lies in two sets of memory: a step reads
 * one and writes the other, as does a change of the rows' order.
 */
export class SelfAttentionMemory {
  private rows = 0;
  private length = 0;
  private sides: [Side[], Side[]] = [[], []];
  private readonly heads: number;
  private readonly headSize: number;

  constructor(private readonly text: TextConfiguration) {
    this.heads = text.heads;
    this.headSize = text.hiddenSize / text.heads;
  }

  /** Forgets everything, and makes room for `rows` rows of `maxLength` tokens. */
  reset(rows: number, maxLength: number): void {
    this.rows = rows;
    this.length = 0;
    const elements = rows * maxLength * this.text.hiddenSize;
    if (elements <= (this.sides[0][0]?.key.length ?? 0)) return;
    const side = (): Side[] =>
      Array.from({ length: this.text.layers }, () => ({
        key: new Float32Array(elements),
        value: new Float32Array(elements),
      }));
    this.sides = [side(), side()];
  }

  /** What a step of `newTokens` tokens reads and what it writes, named as the decoder names them. */
  step(newTokens: number): { past: Tensors; present: Tensors } {
    return {
      past: this.tensors('past', this.sides[0], this.length),
      present: this.tensors('present', this.sides[1], this.length + newTokens),
    };
  }

  /** Takes what the step has written as what the next one reads. */
  advance(newTokens: number): void {
    this.length += newTokens;
    this.sides.reverse();
  }

  /** Makes row i a copy of what was row `order[i]`; rows that are not named are gone. */
  reorder(order: readonly number[]): void {
    if (order.length === this.rows && order.every((from, to) => from === to)) return;
    const rowSize = this.length * this.text.hiddenSize;
    const [current, next] = this.sides;
    for (const [layer, { key, value }] of current.entries()) {
      for (const [to, from] of order.entries()) {
        next[layer]!.key.set(key.subarray(from * rowSize, (from + 1) * rowSize), to * rowSize);
        next[layer]!.value.set(value.subarray(from * rowSize, (from + 1) * rowSize), to * rowSize);
      }
    }
    this.rows = order.length;
    this.sides.reverse();
  }

  private tensors(name: 'past' | 'present', side: readonly Side[], length: number): Tensors {
    const tensors: Record<string, Tensor> = {};
    const elements = this.rows * length * this.text.hiddenSize;
    const dims = [this.rows, this.heads, length, this.headSize];
    for (const [layer, { key, value }] of side.entries()) {
      tensors[`${name}_key.${layer}`] = new Tensor('float32', key.subarray(0, elements), dims);
      tensors[`${name}_value.${layer}`] = new Tensor('float32', value.subarray(0, elements), dims);
    }
    return tensors;
  }
}
