import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orderedDictionary, pickle, storage, tensor, text } from '../../test/support/pickle-writer.js';
import { floats, writeArchive } from '../../test/support/pytorch-writer.js';
import { writeSafetensors } from '../safetensors/safetensors-writer.js';
import { openWeights } from './open-weights.js';

let directory: string;

beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'ekphrasis-weights-'))));

afterEach(() => rm(directory, { recursive: true }));

const writePytorch = (file: string, ...names: string[]): Promise<void> => {
  const storages = names.map((name, index) => floats(String(index), [index, file.length]));
  const entries = names.map((name, index): [Buffer, Buffer] => [
    text(name),
    tensor(storage(storages[index]!), { shape: [2], strides: [1] }),
  ]);
  return writeFile(join(directory, file), writeArchive(pickle(orderedDictionary(...entries)), storages));
};

const writeSafe = (file: string, ...names: string[]): Promise<void> =>
  writeSafetensors(
    join(directory, file),
    names.map((name) => ({ name, shape: [2], pieces: () => [Float32Array.of(1, 2)] })),
  );

const writeIndex = (form: string, weightMap: unknown): Promise<void> =>
  writeFile(join(directory, `${form}.index.json`), JSON.stringify({ metadata: {}, weight_map: weightMap }));

it('takes safetensors first, then its shards, then pytorch_model.bin, then its shards', async () => {
  const found: string[] = [];
  const look = async (): Promise<void> => {
    const weights = await openWeights(directory);
    found.push(weights.name);
    expect([...weights.tensors.keys()].sort()).toEqual(['a', 'b']);
    await weights.close();
  };
  await writePytorch('one.bin', 'a');
  await writePytorch('two.bin', 'b');
  await writeIndex('pytorch_model.bin', { a: 'one.bin', b: 'two.bin' });
  await look();
  await writePytorch('pytorch_model.bin', 'a', 'b');
  await look();
  await writeSafe('one.safetensors', 'a');
  await writeSafe('two.safetensors', 'b');
  await writeIndex('model.safetensors', { a: 'one.safetensors', b: 'two.safetensors' });
  await look();
  await writeSafe('model.safetensors', 'a', 'b');
  await look();
  expect(found).toEqual([
    'pytorch_model.bin.index.json',
    'pytorch_model.bin',
    'model.safetensors.index.json',
    'model.safetensors',
  ]);
});

it('reads each tensor from its shard, and names the shards in the order of their names', async () => {
  await writePytorch('z.bin', 'a');
  await writePytorch('long-name.bin', 'b');
  await writeIndex('pytorch_model.bin', { a: 'z.bin', b: 'long-name.bin' });
  const weights = await openWeights(directory);
  const values: number[] = [];
  for (const name of ['a', 'b']) {
    for await (const piece of weights.tensors.get(name)!.pieces()) values.push(...piece);
  }
  expect(values).toEqual([0, 5, 0, 13]);
  expect(weights.paths).toEqual(['long-name.bin', 'z.bin'].map((file) => join(directory, file)));
  await weights.close();
});

describe('an index that is wrong ends in one line', () => {
  const outside = [
    '../one.bin',
    '/etc/one.bin',
    'a/one.bin',
    '..',
    '.one.bin',
    'a\\one.bin',
    'one.bin\0',
    'one.safetensors',
    7,
    null,
  ];
  it.each<[string, unknown, string]>([
    ...outside.map((file): [string, unknown, string] => [
      `a shard called ${JSON.stringify(file)}`,
      { a: file },
      `weight_map: expected a .bin file beside it for "a" but found ${JSON.stringify(file)}`,
    ]),
    ['no map', undefined, 'weight_map: expected an object of tensors and their files'],
    ['a list', [], 'weight_map: expected an object'],
    ['an empty map', {}, 'weight_map: names no tensor'],
    ['a shard that is not there', { a: 'one.bin', b: 'three.bin' }, 'names three.bin, which is not there'],
    ['a tensor that is in no shard', { a: 'one.bin', c: 'one.bin' }, 'tensor "c" is not in one.bin'],
    [
      'a tensor that is in another shard',
      { a: 'two.bin', b: 'one.bin' },
      'tensor "a" is not in two.bin but in one.bin',
    ],
    [
      'too many shards',
      Object.fromEntries(Array.from({ length: 600 }, (_, at) => [at, `${at}.bin`])),
      'weight_map: names 600 files, more than 512',
    ],
  ])('%s', async (_, weightMap, message) => {
    await writePytorch('one.bin', 'a');
    await writePytorch('two.bin', 'b');
    await writeIndex('pytorch_model.bin', weightMap);
    await expect(openWeights(directory)).rejects.toMatchObject({
      code: 'bad-checkpoint',
      message: expect.stringContaining(`pytorch_model.bin.index.json: ${message}`),
    });
  });

  it('a tensor in two shards', async () => {
    await writePytorch('one.bin', 'a', 'b');
    await writePytorch('two.bin', 'b');
    await writeIndex('pytorch_model.bin', { a: 'one.bin', b: 'two.bin' });
    await expect(openWeights(directory)).rejects.toThrow('two.bin: tensor "b" is in one.bin as well');
  });

  it('a shard that is no file', async () => {
    await mkdir(join(directory, 'one.bin'));
    await writeIndex('pytorch_model.bin', { a: 'one.bin' });
    await expect(openWeights(directory)).rejects.toThrow('one.bin: is not a file');
  });

  it('an index of many megabytes', async () => {
    await writeFile(join(directory, 'model.safetensors.index.json'), ' '.repeat(5e6));
    await expect(openWeights(directory)).rejects.toThrow('index.json: has 5000000 bytes, more than 2097152');
  });

  it('a shard that is damaged', async () => {
    await writePytorch('one.bin', 'a');
    await writeFile(join(directory, 'two.bin'), 'nothing');
    await writeIndex('pytorch_model.bin', { a: 'one.bin', b: 'two.bin' });
    await expect(openWeights(directory)).rejects.toThrow('two.bin: is not a file of torch.save');
  });
});
