import type { CheckpointTensor } from '../checkpoint/checkpoint.js';
import type { LinearLayer } from '../compiler/linear-layer.js';

/** A layer with only every `parts`-th of its outputs, from the one numbered `part` on. */
export function someOutputs(layer: LinearLayer, part: number, parts: number): LinearLayer {
  const outputs = Math.ceil((layer.outputs - part) / parts);
  return {
    ...layer,
    outputs,
    weights: layer.weights.map((tensor) => someRows(tensor, part, parts, layer.inputs)),
    biases: layer.biases.map((tensor) => someRows(tensor, part, parts, 1)),
  };
}

function someRows(tensor: CheckpointTensor, part: number, parts: number, width: number): CheckpointTensor {
  return {
    ...tensor,
    async *pieces() {
      let row = 0;
      for await (const piece of tensor.pieces(width)) {
        const first = (((part - row) % parts) + parts) % parts;
        const rows = piece.length / width;
        const some = new Float32Array(Math.max(0, Math.ceil((rows - first) / parts)) * width);
        for (let from = first, to = 0; from < rows; from += parts, to++) {
          some.set(piece.subarray(from * width, (from + 1) * width), to * width);
        }
        yield some;
        row += rows;
      }
    },
  };
}
