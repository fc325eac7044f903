import { basename, dirname, join } from 'node:path';
import type { StoredTensor, WeightSource } from '../weights/weight-source.js';
import { quoted, shownJson } from '../weights/quoted.js';
import { CheckpointError } from './checkpoint-error.js';
import { isJsonObject, readJsonFile } from './json-file.js';

/** All are open at once; published models have a dozen. */
const mostShards = 512;

/** Weights in several files beside an index, `{ "weight_map": { <tensor>: <file> } }`, as transformers shards them. */
export class ShardedWeights implements WeightSource {
  private constructor(
    readonly name: string,
    private readonly shards: readonly WeightSource[],
    readonly tensors: ReadonlyMap<string, StoredTensor>,
  ) {}

  /**
   * @param extension of the shards' names
   * @throws CheckpointError where the index, a shard or a tensor is missing, wrong or there twice
   */
  static async open(
    index: string,
    extension: string,
    openShard: (path: string) => Promise<WeightSource>,
  ): Promise<ShardedWeights> {
    const name = basename(index);
    const weightMap = await readWeightMap(index, extension);
    const shards: WeightSource[] = [];
    try {
      for (const shard of [...new Set(weightMap.values())].sort()) {
        shards.push(
          await openShard(join(dirname(index), shard)).catch((error: unknown) => refuseMissing(error, name, shard)),
        );
      }
      const tensors = gatherTensors(shards);
      for (const [tensor, shard] of weightMap) {
        const stored = tensors.get(tensor);
        if (stored?.file === shard) continue;
        throw broken(name, `tensor ${quoted(tensor)} is not in ${shard}${stored ? ` but in ${stored.file}` : ''}`);
      }
      return new ShardedWeights(name, shards, tensors);
    } catch (error) {
      await closeAll(shards);
      throw error;
    }
  }

  get paths(): readonly string[] {
    return this.shards.flatMap(({ paths }) => paths);
  }

  async close(): Promise<void> {
    await closeAll(this.shards);
  }
}

async function readWeightMap(index: string, extension: string): Promise<Map<string, string>> {
  const name = basename(index);
  const weightMap = (await readJsonFile(index))?.['weight_map'];
  if (!isJsonObject(weightMap)) throw broken(name, 'weight_map: expected an object of tensors and their files');
  const map = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(weightMap)) {
    if (typeof shard !== 'string' || !isPlainName(shard) || !shard.endsWith(extension)) {
      const expected = `expected a ${extension} file beside it for ${quoted(tensor)}`;
      throw broken(name, `weight_map: ${expected} but found ${shownJson(shard)}`);
    }
    map.set(tensor, shard);
  }
  const count = new Set(map.values()).size;
  if (count === 0) throw broken(name, 'weight_map: names no tensor');
  if (count > mostShards) throw broken(name, `weight_map: names ${count} files, more than ${mostShards}`);
  return map;
}

/** A name that cannot lead out of the directory. */
function isPlainName(name: string): boolean {
  return /^[\w.-]+$/.test(name) && !name.startsWith('.') && name.length <= 255;
}

function gatherTensors(shards: readonly WeightSource[]): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const shard of shards) {
    for (const [name, stored] of shard.tensors) {
      const other = tensors.get(name);
      if (other) throw broken(stored.file, `tensor ${quoted(name)} is in ${other.file} as well`);
      tensors.set(name, stored);
    }
  }
  return tensors;
}

function refuseMissing(error: unknown, index: string, shard: string): never {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  throw broken(index, `names ${shard}, which is not there`);
}

async function closeAll(shards: readonly WeightSource[]): Promise<void> {
  await Promise.all(shards.map((shard) => shard.close()));
}

function broken(file: string, why: string): CheckpointError {
  return new CheckpointError('bad-checkpoint', `${file}: ${why}`);
}
