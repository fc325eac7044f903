import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isCodedError } from '../coded-errors.js';
import { downloadFile } from './download-file.js';
import { HubClient, type HubFile, type HubOptions } from './hub-client.js';
import { HubError } from './hub-error.js';

const required = ['config.json', 'model.safetensors'] as const;
const optional = ['preprocessor_config.json', 'generation_config.json', 'README.md'] as const;
/** Either of these holds the vocabulary. */
const vocabularies = ['vocab.txt', 'tokenizer.json'] as const;

export interface PullOptions extends HubOptions {
  /** Branch, tag or commit; `main` by default. */
  revision?: string;
  /** Hears how much of the whole checkpoint is there, in bytes. */
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  signal?: AbortSignal;
}

/**
 * Downloads a checkpoint from the Hugging Face hub into a directory, all files from one commit. What is there already
 * and has the right digest is not downloaded again; what was cut off goes on where it ended.
 * @param repository `owner/name`
 * @returns the commit
 * @throws HubError
 */
export async function pullCheckpoint(
  repository: string,
  directory: string,
  options: PullOptions = {},
): Promise<string> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new HubError('hub-not-found', `Expected <owner>/<name> but received "${repository}"`);
  }
  const client = new HubClient(options);
  try {
    const files = await describeFiles(client, repository, options);
    await mkdir(directory, { recursive: true });
    const total = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
    let done = 0;
    for (const file of files) {
      await downloadFile({
        client,
        repository,
        file,
        path: join(directory, file.name),
        onProgress: (bytes) => options.onProgress?.(done + bytes, total),
        signal: options.signal,
      });
      done += file.bytes ?? 0;
    }
    return files[0]!.commit;
  } finally {
    await client.close();
  }
}

/** The first file tells the commit that all others are asked of. */
async function describeFiles(client: HubClient, repository: string, options: PullOptions): Promise<HubFile[]> {
  const first = await client.describe(repository, options.revision ?? 'main', required[0], options.signal);
  const describe = (name: string): Promise<HubFile> => client.describe(repository, first.commit, name, options.signal);
  const describeIfThere = (name: string): Promise<HubFile | undefined> => describe(name).catch(undefinedIfNotFound);
  const files = [first];
  for (const name of required.slice(1)) files.push(await describe(name));
  const vocabulary = (await describeIfThere(vocabularies[0])) ?? (await describe(vocabularies[1]));
  const others = await Promise.all(optional.map(describeIfThere));
  return [...files, vocabulary, ...others.filter((file) => file !== undefined)];
}

function undefinedIfNotFound(error: unknown): undefined {
  if (isCodedError(error) && error.code === ('hub-not-found' satisfies HubError['code'])) return undefined;
  throw error;
}
