import { open } from 'node:fs/promises';
import { byteView } from '../onnx/weight-file.js';

export interface NewTensor {
  name: string;
  shape: readonly number[];
  /** Its elements in order, in pieces of any size. */
  pieces(): Iterable<Float32Array>;
}

/** Writes a safetensors file of float32 tensors, piece by piece. */
export async function writeSafetensors(
  path: string,
  tensors: readonly NewTensor[],
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    const prefix = encodeHeader(tensors);
    await file.write(prefix, 0, prefix.length);
    for (const tensor of tensors) {
      for (const piece of tensor.pieces()) {
        const bytes = byteView(piece);
        await file.write(bytes, 0, bytes.length);
        onBytes(bytes.length);
      }
    }
  } finally {
    await file.close();
  }
}

/** Length, JSON, and spaces up to a multiple of eight, as the format asks for. */
function encodeHeader(tensors: readonly NewTensor[]): Buffer {
  let offset = 0;
  const entries = tensors.map(({ name, shape }) => {
    const start = offset;
    offset += 4 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [start, offset] }];
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}
