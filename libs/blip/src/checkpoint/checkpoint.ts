import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { filesDigest } from '../weights/files-digest.js';
import { readVocabulary } from '../tokens/vocabulary.js';
import { quoted, shownShape } from '../weights/quoted.js';
import type { WeightSource } from '../weights/weight-source.js';
import { parseBlipConfiguration, type BlipConfiguration } from './blip-configuration.js';
import { CheckpointError } from './checkpoint-error.js';
import { parseGenerationConfiguration, type GenerationConfiguration } from './generation-configuration.js';
import { readJsonFile } from './json-file.js';
import { openWeights } from './open-weights.js';
import { parsePictureConfiguration, type PictureConfiguration } from './picture-configuration.js';

/** A tensor of a checkpoint whose shape was found right. */
export interface CheckpointTensor {
  name: string;
  shape: readonly number[];
  /** Its elements in order, in pieces of whole multiples of `unit` elements. */
  pieces(unit?: number): AsyncGenerator<Float32Array>;
}

/** A checkpoint directory in Hugging Face's layout, opened: small files read, weights still on the disk. */
export class Checkpoint {
  private constructor(
    readonly name: string,
    readonly configuration: BlipConfiguration,
    readonly picture: PictureConfiguration,
    readonly generation: GenerationConfiguration,
    /** Tokens by their ids. */
    readonly vocabulary: readonly string[],
    /** As the checkpoint's README declares it, e.g. "bsd-3-clause". */
    readonly licence: string | undefined,
    private readonly weights: WeightSource,
  ) {}

  /** @throws CheckpointError naming the file, field or tensor that is wrong */
  static async open(directory: string): Promise<Checkpoint> {
    const configurationJson = await readJsonFile(join(directory, 'config.json'));
    if (!configurationJson) throw new CheckpointError('bad-checkpoint', `${directory}: has no config.json`);
    const configuration = parseBlipConfiguration(configurationJson);
    const picture = parsePictureConfiguration(
      await readJsonFile(join(directory, 'preprocessor_config.json')),
      configuration.vision.imageSize,
    );
    const generationJson = await readJsonFile(join(directory, 'generation_config.json'));
    return new Checkpoint(
      basename(resolve(directory)),
      configuration,
      picture,
      parseGenerationConfiguration(generationJson, configurationJson),
      await readVocabulary(directory),
      await readLicence(directory),
      await openWeights(directory),
    );
  }

  has(name: string): boolean {
    return this.weights.tensors.has(name);
  }

  /** @throws CheckpointError where the tensor is missing or has another shape */
  tensor(name: string, shape: readonly number[]): CheckpointTensor {
    const stored = this.weights.tensors.get(name);
    if (!stored) throw this.missing(name);
    if (!isSameShape(stored.shape, shape)) {
      const found = shownShape(stored.shape);
      throw new CheckpointError(
        'bad-checkpoint',
        `${stored.file}: tensor "${name}" has the shape ${found}, expected [${shape.join(', ')}] after config.json`,
      );
    }
    return { name, shape, pieces: (unit) => stored.pieces(unit) };
  }

  /** Training programs put names of their own in front of all tensors': a line that shows one tells what to rename. */
  private missing(name: string): CheckpointError {
    const longer = [...this.weights.tensors.keys()].find((other) => other.endsWith(`.${name}`));
    const hint = longer === undefined ? '' : `, but has ${quoted(longer)}`;
    return new CheckpointError('bad-checkpoint', `${this.weights.name}: tensor "${name}" is missing${hint}`);
  }

  /** SHA-256 of the files that hold the weights, one behind the other in the order of their names. */
  weightsDigest(): Promise<string> {
    return filesDigest(this.weights.paths);
  }

  async close(): Promise<void> {
    await this.weights.close();
  }
}

function isSameShape(found: readonly number[], expected: readonly number[]): boolean {
  return found.length === expected.length && expected.every((size, axis) => size === found[axis]);
}

/** The `license:` line of the README's front matter, where there is one. */
async function readLicence(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, 'README.md'), 'utf8').catch(() => '');
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1];
  return frontMatter && /^license:\s*["']?([^"'\r\n]+?)["']?\s*$/m.exec(frontMatter)?.[1];
}
