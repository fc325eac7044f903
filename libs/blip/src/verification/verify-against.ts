import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BundleError } from '../bundle/bundle-error.js';
import { openBundle } from '../bundle/bundle.js';
import { manifestFile } from '../bundle/bundle-format.js';
import { compileCheckpoint } from '../compiler/compile-checkpoint.js';
import { isThere } from '../store/is-there.js';
import { compareBundles, type BundleComparison } from './compare-bundles.js';
import { LayeredGraphs } from './layered-graphs.js';

export interface Verification extends BundleComparison {
  /** The agreement that the bundle's manifest states; 1 for float32; absent in int8 bundles that were never measured. */
  stated: number | undefined;
  /** Whether the agreement found is at least the stated one. */
  isAsStated: boolean;
}

/**
 * Compares a bundle with its checkpoint in float32 on the same pictures. Temporary files (the checkpoint in float32, where
 * it is not given as a bundle) lie beside the bundle while that lasts; both models are in memory.
 * @param against a checkpoint directory, or a bundle in float32 made from it
 * @param pictures RGB bytes of the encoder's size
 * @throws BundleError, also where the bundle comes from another checkpoint; CheckpointError
 */
export async function verifyAgainst(
  bundle: string,
  against: string,
  pictures: readonly Uint8Array[],
): Promise<Verification> {
  const directory = await mkdtemp(join(dirname(resolve(bundle)), '.verify-'));
  try {
    const exactBundle = (await isThere(join(against, manifestFile))) ? against : join(directory, 'fp32');
    if (exactBundle !== against) await compileCheckpoint(against, exactBundle, { precision: 'fp32' });
    const { manifest } = await openBundle(bundle);
    const { manifest: exactManifest } = await openBundle(exactBundle);
    if (exactManifest.precision !== 'fp32') {
      throw new BundleError('bad-bundle', `${against}: expected a checkpoint, or a bundle in fp32`);
    }
    if (exactManifest.source.sha256 !== manifest.source.sha256) {
      throw new BundleError(
        'bad-bundle',
        `${bundle}: was compiled from a checkpoint with the SHA-256 ${manifest.source.sha256}, not from ${against} with ${exactManifest.source.sha256}`,
      );
    }
    const stated = manifest.precision === 'fp32' ? 1 : manifest.int8?.agreement.stated;
    const comparison = await compare(exactBundle, bundle, directory, pictures);
    return { ...comparison, stated, isAsStated: comparison.agreement.measured >= (stated ?? 0) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function compare(
  exactBundle: string,
  bundle: string,
  directory: string,
  pictures: readonly Uint8Array[],
): Promise<BundleComparison> {
  const load = async (from: string, name: string): Promise<LayeredGraphs> => {
    await mkdir(join(directory, name));
    return LayeredGraphs.load(from, join(directory, name));
  };
  const exact = await load(exactBundle, 'exact-graphs');
  try {
    const found = await load(bundle, 'graphs');
    try {
      return await compareBundles(exact, found, pictures);
    } finally {
      await found.close();
    }
  } finally {
    await exact.close();
  }
}
