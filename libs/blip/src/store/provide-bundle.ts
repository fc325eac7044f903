import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BundleError } from '../bundle/bundle-error.js';
import { manifestFile, type Precision } from '../bundle/bundle-format.js';
import { openBundle } from '../bundle/bundle.js';
import { isCodedError } from '../coded-errors.js';
import { compileCheckpoint, type CompileOptions } from '../compiler/compile-checkpoint.js';
import { expectedBundleBytes } from '../compiler/expected-bundle-bytes.js';
import { diskError } from '../hub/disk-error.js';
import type { HubOptions } from '../hub/hub-connection.js';
import { HubError } from '../hub/hub-error.js';
import { isRepositoryName, pullCheckpoint } from '../hub/pull-checkpoint.js';
import { withLock } from './directory-lock.js';
import { isThere } from './is-there.js';
import { ModelStore } from './model-store.js';

/** `waiting`: another process is at it. `calibrating`: int8 is being measured, stage by stage of the model. */
export type ProvisionStep = 'waiting' | 'downloading' | 'calibrating' | 'compiling';

export interface BundleRequest extends HubOptions {
  /** `owner/name` on the hub, a checkpoint's directory, or a bundle's. */
  model: string;
  /** Of a repository: branch, tag, commit or `refs/pr/<n>`; `main` by default. */
  revision?: string;
  /** int8 by default. */
  precision?: Precision;
  /** Where bundles are kept. */
  modelsDirectory: string;
  /** Asks the hub at which commit a revision is now, although a bundle of an earlier one is there. */
  refresh?: boolean;
  /** Hears how far a step is, in bytes (`calibrating`: in stages); nothing where the bundle is there. */
  onProgress?: (step: ProvisionStep, done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Provides the bundle of a model: the one that is kept, or else a new one, downloaded and compiled. Of several processes that
 * want the same one does the work, and the others wait for it. A download that was cut goes on. The checkpoint is deleted
 * once its bundle is whole.
 * @returns the bundle's directory
 * @throws HubError, CheckpointError, BundleError
 */
export async function provideBundle(request: BundleRequest): Promise<string> {
  const { model } = request;
  if (await isThere(model)) return provideFromDirectory(request);
  if (!isRepositoryName(model)) {
    throw new HubError(
      'hub-repository-not-found',
      `Expected <owner>/<name> on the hub, or a directory that is there, but received "${model}"`,
    );
  }
  return provideFromHub(request);
}

async function provideFromHub(request: BundleRequest): Promise<string> {
  const { model, modelsDirectory, precision = 'int8', onProgress } = request;
  const revision = request.revision || 'main';
  const store = ModelStore.ofRepository(modelsDirectory, model);
  const kept = await store.find(revision, precision);
  if (kept && !request.refresh) return kept;
  return alone(store, request, async () => {
    // whoever had the lock before may have made it
    const made = request.refresh ? undefined : await store.find(revision, precision);
    if (made) return made;
    const commit = await pullCheckpoint(model, store.checkpoint, {
      ...request,
      furtherBytes: (configuration) => expectedBundleBytes(configuration, precision),
      onProgress: (done, total) => onProgress?.('downloading', done, total),
    });
    const bundle = store.bundle(commit, precision);
    if (!(await store.findCommit(commit, precision))) {
      await compile(store.checkpoint, bundle, request, {
        precision,
        name: model.split('/').at(-1)!,
        source: `${model}@${commit}`,
      });
    }
    await store.record(revision, commit);
    await rm(store.checkpoint, { recursive: true });
    return bundle;
  });
}

async function provideFromDirectory(request: BundleRequest): Promise<string> {
  const { model, modelsDirectory, precision } = request;
  if (await isThere(join(model, manifestFile))) {
    const { manifest } = await openBundle(model);
    if (precision === undefined || manifest.precision === precision) return model;
    throw new BundleError(
      'bad-bundle',
      `${model}: is a bundle in ${manifest.precision}; ${precision} needs its checkpoint`,
    );
  }
  if (!(await isThere(join(model, 'config.json')))) {
    throw new BundleError(
      'bad-bundle',
      `${model}: has neither ${manifestFile} of a bundle nor config.json of a checkpoint`,
    );
  }
  const store = new ModelStore(join(modelsDirectory, `local--${basename(resolve(model))}`));
  const state = await stateOf(model);
  const find = (): Promise<string | undefined> => store.findCommit(state, precision ?? 'int8');
  return (
    (await find()) ??
    alone(store, request, async () => {
      const made = await find();
      if (made) return made;
      const bundle = store.bundle(state, precision ?? 'int8');
      await compile(model, bundle, request, { precision: precision ?? 'int8' });
      return bundle;
    })
  );
}

/** Does `work` alone among all processes, and keeps nothing of a checkpoint that cannot become a bundle. */
async function alone(store: ModelStore, request: BundleRequest, work: () => Promise<string>): Promise<string> {
  const onWait = (): void => request.onProgress?.('waiting', 0, 0);
  return withLock(store.lock, { signal: request.signal, onWait }, async () => {
    await mkdir(store.directory, { recursive: true });
    for (const name of await readdir(store.directory)) {
      if (name.endsWith('.partial')) await rm(join(store.directory, name), { recursive: true });
    }
    try {
      return await work();
    } catch (error) {
      const isHopeless = isCodedError(error) && /^(unsupported|bad)-/.test(error.code);
      if (isHopeless) await rm(store.checkpoint, { recursive: true, force: true });
      throw error;
    }
  });
}

async function compile(
  checkpoint: string,
  bundle: string,
  { onProgress, signal }: BundleRequest,
  options: CompileOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const tell =
    (step: ProvisionStep) =>
    (done: number, total: number): void => {
      signal?.throwIfAborted();
      onProgress?.(step, done, total);
    };
  try {
    const hears = { onCalibration: tell('calibrating'), onProgress: tell('compiling') };
    await compileCheckpoint(checkpoint, bundle, { ...options, ...hears });
  } catch (error) {
    throw diskError(error, bundle) ?? error;
  }
}

/** What a checkpoint's directory holds, in a few digits: another name, size or time of a file is another state. */
async function stateOf(directory: string): Promise<string> {
  const hash = createHash('sha256').update(resolve(directory));
  for (const name of (await readdir(directory)).sort()) {
    const { size, mtimeMs } = await stat(join(directory, name));
    hash.update(`\0${name}\0${size}\0${mtimeMs}`);
  }
  return hash.digest('hex');
}
