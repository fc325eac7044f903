import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeOnnxModel, type OnnxGraph } from '../onnx/onnx-model.js';
import type { WeightFile } from '../onnx/weight-file.js';

/** Writes a graph and the file of its weights beside it. */
export async function writeModel(
  path: string,
  graph: OnnxGraph,
  out: string,
  weights: WeightFile,
  onBytes: (count: number) => void,
): Promise<void> {
  const file = await open(join(out, weights.fileName), 'w');
  try {
    await weights.writeTo(file, onBytes);
  } finally {
    await file.close();
  }
  await writeFile(path, encodeOnnxModel(graph));
}
