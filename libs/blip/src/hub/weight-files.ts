import { isJsonObject, readJsonFile } from '../checkpoint/json-file.js';
import type { HubFile } from './hub-client.js';
import { HubError } from './hub-error.js';

/** The forms in which a repository may hold its weights, best first; an index names the files of one in several parts. */
const forms = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
] as const;

const mostShards = 1000;

/** What `findWeightFiles` needs of a repository. */
export interface WeightSource {
  repository: string;
  describeIfThere(name: string): Promise<HubFile | undefined>;
  /** Downloads a small file and says where it lies. */
  fetch(file: HubFile): Promise<string>;
}

/**
 * Finds the weights of a repository in the best form that it has.
 * @returns the files, the index before its parts
 * @throws HubError `hub-file-not-found`, `hub-checksum` where the hub tells no digest of them
 */
export async function findWeightFiles(source: WeightSource): Promise<HubFile[]> {
  for (const form of forms) {
    const file = await source.describeIfThere(form);
    if (!file) continue;
    const files = form.endsWith('.json') ? await filesOfIndex(source, file) : [file];
    for (const weights of files) if (!weights.name.endsWith('.json')) refuseWithoutDigest(source.repository, weights);
    return files;
  }
  const expected = 'model.safetensors or pytorch_model.bin, whole or in parts';
  throw new HubError('hub-file-not-found', `${source.repository}: has no weights in a form that is read: ${expected}`);
}

/** Whether a file of a checkpoint directory holds weights, or a part of them that has arrived. */
export function isWeightFile(name: string): boolean {
  return /^(model|pytorch_model)(-\d+-of-\d+)?\.(safetensors|bin)(\.index\.json)?(\.[0-9a-f]{16})?(\.partial)?$/.test(
    name,
  );
}

async function filesOfIndex(source: WeightSource, index: HubFile): Promise<HubFile[]> {
  const json = await readJsonFile(await source.fetch(index));
  const files = [index];
  for (const name of shardNames(json?.['weight_map'], `${source.repository}/${index.name}`)) {
    const shard = await source.describeIfThere(name);
    if (!shard) {
      throw new HubError('hub-file-not-found', `${source.repository}: has no ${name}, which ${index.name} names`);
    }
    files.push(shard);
  }
  return files;
}

/** Names come from strangers: nothing but a part's own name may become a path. */
function shardNames(weightMap: unknown, place: string): string[] {
  const names = new Set(isJsonObject(weightMap) ? Object.values(weightMap) : []);
  const isShard = (name: unknown): name is string => typeof name === 'string' && isWeightFile(name);
  const wrong = [...names].find((name) => !isShard(name));
  if (names.size > 0 && names.size <= mostShards && wrong === undefined) return ([...names] as string[]).sort();
  const found = wrong === undefined ? `${names.size} files` : JSON.stringify(wrong);
  throw new HubError('hub-checksum', `${place}: expected a weight_map to files of weights but found ${found}`);
}

function refuseWithoutDigest(repository: string, { name, digest }: HubFile): void {
  if (digest !== undefined) return;
  throw new HubError('hub-checksum', `${repository}/${name}: the hub tells no digest by which it could be checked`);
}
