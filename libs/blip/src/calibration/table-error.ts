import type { CheckpointTensor } from '../checkpoint/checkpoint.js';
import { quantizedRow } from '../compiler/table-quantization.js';

/**
 * ‖int8 − float32‖ / ‖float32‖ of a table of embeddings. What all rows have in common must not hide an error, since it tells
 * no word from another: the size is that of the rows or of their differences from the mean row, whichever is less.
 */
export async function tableError(tensor: CheckpointTensor, width: number): Promise<number> {
  const sums = new Float64Array(width);
  let [difference, size, rows] = [0, 0, 0];
  for await (const piece of tensor.pieces(width)) {
    for (let start = 0; start < piece.length; start += width, rows++) {
      const values = piece.subarray(start, start + width);
      const { integers, scale } = quantizedRow(values);
      for (const [column, value] of values.entries()) {
        difference += (integers[column]! * scale - value) ** 2;
        size += value ** 2;
        sums[column]! += value;
      }
    }
  }
  const common = sums.reduce((sum, total) => sum + total ** 2, 0) / rows;
  return difference === 0 ? 0 : Math.sqrt(difference / (size - common));
}
