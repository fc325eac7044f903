import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as written from '../../../libs/blip/test/support/pickle-writer.js';
import { floats, writeArchive, writeLegacy, type Storages } from '../../../libs/blip/test/support/pytorch-writer.js';

/** Files that are right, to make wrong ones of. */
export interface Seeds {
  /** A few kilobytes each, put together by hand. */
  small: readonly Buffer[];
  /** As `torch.save` wrote them: half a megabyte each. */
  real: readonly Buffer[];
  /** The JSON of a safetensors file. */
  header: Buffer;
  /** The list of the shards that `writeShards` writes. */
  index: Buffer;
}

const { dictionary, integer, orderedDictionary, pickle, storage, tensor, text } = written;

const realFiles = ['pytorch_model.bin', 'legacy-format.bin', 'half.bin', 'hostile.bin'];

/** @param repository the project's directory */
export async function readSeeds(repository: string): Promise<Seeds> {
  const golden = join(repository, 'libs/blip/test/golden/tiny-a/bin');
  const real = await Promise.all(realFiles.map((file) => readFile(join(golden, file))));
  const { data, storages } = stateDict();
  const small = [
    writeArchive(data, storages),
    writeArchive(data, storages, { zip64: true, more: { byteorder: 'little', '.data/serialization_id': '12' } }),
    writeLegacy(data, storages),
  ];
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const index = { metadata: { total_size: 64 }, weight_map: { w: 'one.bin', b: 'two.bin', c: 'two.bin' } };
  return { small, real, header: json(safetensorsHeader), index: json(index) };
}

const safetensorsHeader = {
  __metadata__: { format: 'pt' },
  w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
  halves: { dtype: 'F16', shape: [2, 2], data_offsets: [24, 32] },
  wide: { dtype: 'F64', shape: [1], data_offsets: [32, 40] },
  ids: { dtype: 'I64', shape: [1, 2], data_offsets: [40, 56] },
  scalar: { dtype: 'BF16', shape: [], data_offsets: [56, 58] },
  nothing: { dtype: 'F32', shape: [0, 7], data_offsets: [58, 58] },
};
const safetensorsData = Buffer.alloc(58, 0x3c);

/** A safetensors file of a header, with its right length, and the data that the right header describes. */
export function safetensors(header: Buffer): Buffer {
  return Buffer.concat([written.bytesOf(8, header.length), header, safetensorsData]);
}

/** Two files of PyTorch with the tensors of the index. */
export async function writeShards(directory: string): Promise<void> {
  const shard = (names: string): Buffer => {
    const storages = [...names].map((_, at) => floats(String(at), [at, 1, 2, 3]));
    const entries = [...names].map((name, at): [Buffer, Buffer] => [
      text(name),
      tensor(storage(storages[at]!), { shape: [2, 2], strides: [2, 1] }),
    ]);
    return writeArchive(pickle(orderedDictionary(...entries)), storages);
  };
  await writeFile(join(directory, 'one.bin'), shard('w'));
  await writeFile(join(directory, 'two.bin'), shard('bc'));
}

/** A pickle with a tensor of every kind, and its storages. */
export function stateDict(): { data: Buffer; storages: Storages } {
  const matrix = floats(
    '0',
    Array.from({ length: 120 }, (_, index) => index),
  );
  const row = floats('1', [1, 2, 3, 4]);
  const halves = { key: '2', type: 'HalfStorage', elements: 16, bytes: Buffer.alloc(32, 0x3c) };
  const ids = { key: '3', type: 'LongStorage', elements: 2, bytes: Buffer.alloc(16) };
  const view = (of: Storages[number], shape: number[], strides: number[], offset = 0): Buffer =>
    tensor(storage(of), { shape, strides, offset });
  const tensors: [string, Buffer][] = [
    ['weight', view(matrix, [10, 12], [12, 1])],
    ['tied', view(matrix, [10, 12], [12, 1])],
    ['transposed', view(matrix, [12, 10], [1, 12])],
    ['block', view(matrix, [3, 4], [12, 1], 14)],
    ['bias', view(row, [4], [1])],
    ['repeated', view(row, [3, 4], [0, 1])],
    ['scalar', view(row, [], [], 2)],
    ['halves', view(halves, [4, 4], [1, 4])],
    ['ids', view(ids, [1, 2], [2, 1])],
  ];
  const entries = tensors.map(([name, value]): [Buffer, Buffer] => [text(name), value]);
  const metadata = dictionary([text('_metadata'), dictionary([text('version'), integer(1)])]);
  return { data: pickle(written.build(orderedDictionary(...entries), metadata)), storages: [matrix, row, halves, ids] };
}
