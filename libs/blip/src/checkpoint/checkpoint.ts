import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SafetensorsFile } from '../safetensors/safetensors-file.js';
import type { TensorEntry } from '../safetensors/safetensors-header.js';
import { readVocabulary } from '../tokens/vocabulary.js';
import { parseBlipConfiguration, type BlipConfiguration } from './blip-configuration.js';
import { CheckpointError } from './checkpoint-error.js';
import { parseGenerationConfiguration, type GenerationConfiguration } from './generation-configuration.js';
import { readJsonFile } from './json-file.js';
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
    private readonly weights: SafetensorsFile,
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
    return this.weights.header.tensors.has(name);
  }

  /** @throws CheckpointError where the tensor is missing or has another shape */
  tensor(name: string, shape: readonly number[]): CheckpointTensor {
    const entry = this.weights.header.tensors.get(name);
    if (!entry) throw new CheckpointError('bad-checkpoint', `${this.weights.name}: tensor "${name}" is missing`);
    if (!sameShape(entry, shape)) {
      const found = `[${entry.shape.join(', ')}]`;
      throw new CheckpointError(
        'bad-checkpoint',
        `${this.weights.name}: tensor "${name}" has the shape ${found}, expected [${shape.join(', ')}] after config.json`,
      );
    }
    return { name, shape, pieces: (unit) => this.weights.float32Pieces(entry, unit) };
  }

  async close(): Promise<void> {
    await this.weights.close();
  }
}

function sameShape(entry: TensorEntry, shape: readonly number[]): boolean {
  return entry.shape.length === shape.length && shape.every((size, axis) => size === entry.shape[axis]);
}

async function openWeights(directory: string): Promise<SafetensorsFile> {
  try {
    return await SafetensorsFile.open(join(directory, 'model.safetensors'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CheckpointError('bad-checkpoint', `${directory}: has no model.safetensors`, error);
  }
}

/** The `license:` line of the README's front matter, where there is one. */
async function readLicence(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, 'README.md'), 'utf8').catch(() => '');
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1];
  return frontMatter && /^license:\s*["']?([^"'\r\n]+?)["']?\s*$/m.exec(frontMatter)?.[1];
}
