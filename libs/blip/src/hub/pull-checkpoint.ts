import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseBlipConfiguration, type BlipConfiguration } from '../checkpoint/blip-configuration.js';
import { readJsonFile } from '../checkpoint/json-file.js';
import { downloadFile, keptBytes, partialPath } from './download-file.js';
import { HubClient, type HubFile } from './hub-client.js';
import type { HubOptions } from './hub-connection.js';
import { requireFreeSpace } from './disk-error.js';
import { HubError } from './hub-error.js';
import { findWeightFiles, isWeightFile } from './weight-files.js';

const optional = ['preprocessor_config.json', 'generation_config.json', 'README.md'] as const;
/** Either of these holds the vocabulary. */
const vocabularies = ['vocab.txt', 'tokenizer.json'] as const;

export interface PullOptions extends HubOptions {
  /** Branch, tag, commit or `refs/pr/<n>`; `main` by default. */
  revision?: string;
  /** What else will be written beside the checkpoint, in bytes, so that a disk too small is noticed before the download. */
  furtherBytes?: (configuration: BlipConfiguration) => number;
  /** Hears how much of the whole checkpoint is there, in bytes. */
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  signal?: AbortSignal;
}

/**
 * Downloads a BLIP captioner's checkpoint from the Hugging Face hub into a directory, all files from one commit, its weights
 * in the best form that there is. What is there already and has the right digest is not downloaded again; what was cut off
 * goes on where it ended. `config.json` comes first, and what is no captioner ends there.
 * @param repository `owner/name`
 * @returns the commit
 * @throws HubError; CheckpointError `unsupported-checkpoint`, `bad-checkpoint`
 */
export async function pullCheckpoint(
  repository: string,
  directory: string,
  options: PullOptions = {},
): Promise<string> {
  const client = new HubClient(options);
  try {
    const pull = new Pull(client, repository, directory, options);
    return await pull.run();
  } finally {
    await client.close();
  }
}

/** Whether a text has the form of a repository's name on the hub, `owner/name`. */
export function isRepositoryName(text: string): boolean {
  return /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(text) && !/--|\.\./.test(text);
}

/** One download of a checkpoint. */
class Pull {
  constructor(
    private readonly client: HubClient,
    private readonly repository: string,
    private readonly directory: string,
    private readonly options: PullOptions,
  ) {}

  async run(): Promise<string> {
    const { repository, directory, options } = this;
    if (!isRepositoryName(repository)) {
      throw new HubError('hub-repository-not-found', `Expected <owner>/<name> but received "${repository}"`);
    }
    const head = { name: repository, revision: options.revision || 'main' };
    const first = await this.client.describe(head, 'config.json', options.signal);
    await mkdir(directory, { recursive: true });
    const configuration = await this.fetchConfiguration(first);
    const files = [first, ...(await this.describeOthers(first.commit))];
    await this.removeOtherWeights(files);
    const kept = await Promise.all(files.map((file) => keptBytes(join(directory, file.name), file)));
    const missing = files.reduce((sum, { bytes = 0 }, index) => sum + Math.max(0, bytes - kept[index]!), 0);
    await requireFreeSpace(directory, missing + (options.furtherBytes?.(configuration) ?? 0));
    await this.fetchAll(files);
    return first.commit;
  }

  private async fetchConfiguration(file: HubFile): Promise<BlipConfiguration> {
    const json = await readJsonFile(await this.fetch(file));
    return parseBlipConfiguration(json ?? {}, `${this.repository}/${file.name}`);
  }

  private async describeOthers(commit: string): Promise<HubFile[]> {
    const from = { name: this.repository, revision: commit };
    const describeIfThere = (name: string): Promise<HubFile | undefined> =>
      this.client.describeIfThere(from, name, this.options.signal);
    const vocabulary =
      (await describeIfThere(vocabularies[0])) ??
      (await this.client.describe(from, vocabularies[1], this.options.signal));
    const others = await Promise.all(optional.map(describeIfThere));
    const weights = await findWeightFiles({
      repository: this.repository,
      describeIfThere,
      fetch: (file) => this.fetch(file),
    });
    return [vocabulary, ...others.filter((file) => file !== undefined), ...weights];
  }

  /** Weights of another commit would be taken for this one's, and parts of them will never be continued. */
  private async removeOtherWeights(files: readonly HubFile[]): Promise<void> {
    const wanted = new Set(files.flatMap((file) => [file.name, basename(partialPath(file.name, file))]));
    for (const name of await readdir(this.directory)) {
      if (isWeightFile(name) && !wanted.has(name)) await rm(join(this.directory, name));
    }
  }

  private async fetchAll(files: readonly HubFile[]): Promise<void> {
    const total = files.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
    let done = 0;
    for (const file of files) {
      await this.fetch(file, (bytes) => this.options.onProgress?.(done + bytes, total));
      done += file.bytes ?? 0;
    }
  }

  private async fetch(file: HubFile, onProgress?: (bytes: number) => void): Promise<string> {
    const { client, repository, directory, options } = this;
    const path = join(directory, file.name);
    await downloadFile({ client, repository, file, path, onProgress, signal: options.signal });
    return path;
  }
}
