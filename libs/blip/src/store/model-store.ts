import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError } from '../bundle/bundle-error.js';
import type { Precision } from '../bundle/bundle-format.js';
import { openBundle } from '../bundle/bundle.js';
import { isJsonObject } from '../checkpoint/json-file.js';

const recordFile = 'revisions.json';
/** Enough of a commit to tell it from all others of a repository, as git shows it. */
const commitDigits = 12;

/**
 * What is kept of one repository, or of one checkpoint directory:
 *
 *     <models>/<owner>--<name>/revisions.json          which commit a branch or tag was at when it was last asked for
 *     <models>/<owner>--<name>/<commit>-<precision>/   a bundle, written whole or not at all
 *     <models>/<owner>--<name>/checkpoint/             while it is downloaded and compiled
 *     <models>/<owner>--<name>/lock                    while one process does that
 */
export class ModelStore {
  constructor(readonly directory: string) {}

  static ofRepository(modelsDirectory: string, repository: string): ModelStore {
    return new ModelStore(join(modelsDirectory, repository.replace('/', '--')));
  }

  get lock(): string {
    return join(this.directory, 'lock');
  }

  get checkpoint(): string {
    return join(this.directory, 'checkpoint');
  }

  /** Where the bundle of a commit lies, or will. */
  bundle(commit: string, precision: Precision): string {
    return join(this.directory, `${encodeURIComponent(commit.slice(0, commitDigits))}-${precision}`);
  }

  /** The bundle that a revision was compiled to; undefined where there is none that is whole. */
  async find(revision: string, precision: Precision): Promise<string | undefined> {
    const commit = (await this.readRecord())[revision] ?? revision;
    return this.findCommit(commit, precision);
  }

  async findCommit(commit: string, precision: Precision): Promise<string | undefined> {
    const bundle = this.bundle(commit, precision);
    try {
      await openBundle(bundle);
      return bundle;
    } catch (error) {
      if (error instanceof BundleError) return undefined;
      throw error;
    }
  }

  /** Remembers at which commit a revision is. */
  async record(revision: string, commit: string): Promise<void> {
    const path = join(this.directory, recordFile);
    await mkdir(this.directory, { recursive: true });
    const record = { ...(await this.readRecord()), [revision]: commit };
    await writeFile(`${path}.partial`, JSON.stringify(record, null, 2) + '\n');
    await rename(`${path}.partial`, path);
  }

  private async readRecord(): Promise<Record<string, string>> {
    try {
      const record: unknown = JSON.parse(await readFile(join(this.directory, recordFile), 'utf8'));
      return isJsonObject(record) ? (record as Record<string, string>) : {};
    } catch {
      return {}; // none, or spoilt: it is asked for again
    }
  }
}
