import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVocabularyText } from '../tokens/vocabulary.js';
import {
  bundleFiles,
  bundleFormatVersion,
  manifestFile,
  precisions,
  type BundleConfiguration,
  type BundleManifest,
} from './bundle-format.js';
import { BundleError } from './bundle-error.js';
import { fileDigest } from './file-digest.js';

/** A bundle directory, opened: its small files read, its graphs still on the disk. */
export interface Bundle {
  directory: string;
  manifest: BundleManifest;
  configuration: BundleConfiguration;
  vocabulary: readonly string[];
}

/**
 * Opens a bundle and checks that each of its files is there with the right size. Checksums are for `verifyBundle`.
 * @throws BundleError
 */
export async function openBundle(directory: string): Promise<Bundle> {
  const manifest = await readManifest(directory);
  await checkSizes(directory, manifest);
  const configuration = await readJson<BundleConfiguration>(directory, bundleFiles.configuration);
  const vocabulary = parseVocabularyText(await readText(directory, bundleFiles.vocabulary));
  return { directory, manifest, configuration, vocabulary };
}

/**
 * Compares every file of a bundle with the manifest's checksum.
 * @throws BundleError `bundle-checksum` naming the first file that differs
 */
export async function verifyBundle(directory: string): Promise<BundleManifest> {
  const manifest = await readManifest(directory);
  for (const [file, expected] of Object.entries(manifest.files)) {
    const found = await fileDigest(join(directory, file)).catch((error: unknown) => {
      throw new BundleError('bad-bundle', `${join(directory, file)}: cannot be read`, error);
    });
    if (found.bytes !== expected.bytes) throw wrongSize(join(directory, file), found.bytes, expected.bytes);
    if (found.sha256 !== expected.sha256) {
      throw new BundleError(
        'bundle-checksum',
        `${join(directory, file)}: has the SHA-256 ${found.sha256}, expected ${expected.sha256}`,
      );
    }
  }
  return manifest;
}

async function checkSizes(directory: string, { files }: BundleManifest): Promise<void> {
  for (const [file, { bytes }] of Object.entries(files)) {
    const path = join(directory, file);
    const found = await stat(path).catch((cause: unknown) => {
      throw new BundleError('bad-bundle', `${path}: cannot be read`, cause);
    });
    if (found.size !== bytes) throw wrongSize(path, found.size, bytes);
  }
}

function wrongSize(path: string, found: number, expected: number): BundleError {
  return new BundleError('bundle-checksum', `${path}: has ${found} bytes, expected ${expected}`);
}

async function readManifest(directory: string): Promise<BundleManifest> {
  const place = join(directory, manifestFile);
  const manifest = await readJson<Partial<BundleManifest>>(directory, manifestFile);
  const { formatVersion } = manifest;
  if (!Number.isSafeInteger(formatVersion)) {
    throw new BundleError(
      'bad-bundle',
      `${place}: formatVersion: expected a whole number but found ${JSON.stringify(formatVersion)}`,
    );
  }
  if (formatVersion! > bundleFormatVersion) {
    throw new BundleError(
      'bundle-too-new',
      `${place}: formatVersion ${formatVersion} is newer than ${bundleFormatVersion}, the newest that this version runs; update it or compile the checkpoint again`,
    );
  }
  if (!precisions.includes(manifest.precision!)) {
    throw new BundleError(
      'bad-bundle',
      `${place}: precision: expected ${precisions.join(' or ')} but found ${JSON.stringify(manifest.precision)}`,
    );
  }
  checkConfidence(place, manifest.confidence);
  for (const file of Object.values(bundleFiles)) {
    if (!manifest.files?.[file]) throw new BundleError('bad-bundle', `${place}: files: has no entry for ${file}`);
  }
  return manifest as BundleManifest;
}

function checkConfidence(place: string, confidence: BundleManifest['confidence']): void {
  if (confidence === undefined) return;
  const { bias, mean, least, words, unknown } = confidence;
  const numbers = { bias, mean, least, words, ...(unknown && { 'unknown.weight': unknown.weight }) };
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isFinite(value)) continue;
    throw new BundleError(
      'bad-bundle',
      `${place}: confidence.${name}: expected a number but found ${JSON.stringify(value)}`,
    );
  }
}

async function readJson<Content>(directory: string, file: string): Promise<Content> {
  const text = await readText(directory, file);
  try {
    return JSON.parse(text) as Content;
  } catch (cause) {
    throw new BundleError('bad-bundle', `${join(directory, file)}: not JSON`, cause);
  }
}

async function readText(directory: string, file: string): Promise<string> {
  try {
    return await readFile(join(directory, file), 'utf8');
  } catch (cause) {
    throw new BundleError('bad-bundle', `${join(directory, file)}: cannot be read`, cause);
  }
}
