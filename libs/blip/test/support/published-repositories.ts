import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Content, StandInRepository } from '../../../../test/hub-stand-in/stand-in-repository.js';
import { goldenDirectory } from './golden-checkpoint.js';

export const commits = { main: 'a'.repeat(40), older: 'b'.repeat(40), conversion: 'c'.repeat(40) };

/** As `Salesforce/blip-image-captioning-base` lists its files: no safetensors on main, a conversion under `refs/pr/1`. */
export const base = 'Salesforce/blip-image-captioning-base';
/** Holds both forms. */
export const large = 'Salesforce/blip-image-captioning-large';
/** Holds its weights in two files of each form. */
export const sharded = 'somebody/blip-sharded';
export const gated = 'somebody/blip-gated';
export const secret = 'somebody/blip-private';

/** Bytes that only look like weights: what is downloaded is not read here. */
function bytes(length: number, first: number): Buffer {
  return Buffer.alloc(
    length,
    Uint8Array.from({ length: 251 }, (_, index) => index ^ first),
  );
}

export const safetensors = bytes(400_000, 1);
export const pickle = bytes(500_000, 2);

/** Repositories as they are published, with the golden checkpoint's small files. */
export async function publishedRepositories(): Promise<Record<string, StandInRepository>> {
  const small = await smallFiles();
  const unwanted = { 'tf_model.h5': bytes(100, 3), '.gitattributes': Buffer.from('*.bin filter=lfs\n') };
  const shards = (form: string, extension: string): Record<string, Content> => ({
    [`${form}-00001-of-00002.${extension}`]: bytes(200_000, 4),
    [`${form}-00002-of-00002.${extension}`]: bytes(100_000, 5),
    [`${form}.${extension}.index.json`]: indexOf([1, 2].map((part) => `${form}-0000${part}-of-00002.${extension}`)),
  });
  const only = (access: StandInRepository['access'], files: Record<string, Content>): StandInRepository => ({
    access,
    revisions: { main: { commit: commits.main, files: { ...small, ...files } } },
  });
  return {
    [base]: {
      revisions: {
        main: { commit: commits.main, files: { ...small, ...unwanted, 'pytorch_model.bin': pickle } },
        'v1.0': { commit: commits.older, files: { ...small, 'pytorch_model.bin': bytes(300_000, 6) } },
        'refs/pr/1': { commit: commits.conversion, files: { ...small, 'model.safetensors': safetensors } },
      },
    },
    [large]: only('public', { ...unwanted, 'pytorch_model.bin': pickle, 'model.safetensors': safetensors }),
    [sharded]: only('public', { ...shards('model', 'safetensors'), ...shards('pytorch_model', 'bin') }),
    'somebody/blip-sharded-bin': only('public', shards('pytorch_model', 'bin')),
    [gated]: only('gated', { 'model.safetensors': safetensors }),
    [secret]: only('private', { 'model.safetensors': safetensors }),
    'somebody/blip-flax': only('public', { 'flax_model.msgpack': pickle }),
    ...otherModels(small),
  };
}

export function indexOf(files: readonly string[]): Buffer {
  const weightMap = Object.fromEntries(files.map((file, index) => [`tensor.${index}`, file]));
  return Buffer.from(JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }));
}

export async function smallFiles(): Promise<Record<string, Buffer>> {
  const names = [
    'config.json',
    'preprocessor_config.json',
    'special_tokens_map.json',
    'tokenizer_config.json',
    'vocab.txt',
  ];
  const read = async (name: string) => [name, await readFile(join(goldenDirectory, 'tiny-a', name))] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** What is often taken for a captioner. */
function otherModels(small: Record<string, Buffer>): Record<string, StandInRepository> {
  const models = [
    ['Salesforce/blip-vqa-base', 'blip', 'BlipForQuestionAnswering'],
    ['Salesforce/blip-itm-base-coco', 'blip', 'BlipForImageTextRetrieval'],
    ['Salesforce/blip2-opt-2.7b', 'blip-2', 'Blip2ForConditionalGeneration'],
    ['nlpconnect/vit-gpt2-image-captioning', 'vision-encoder-decoder', 'VisionEncoderDecoderModel'],
    ['google-bert/bert-base-uncased', 'bert', 'BertForMaskedLM'],
  ] as const;
  return Object.fromEntries(
    models.map(([name, type, architecture]) => {
      const config = Buffer.from(JSON.stringify({ model_type: type, architectures: [architecture] }));
      const files = { ...small, 'config.json': config, 'pytorch_model.bin': pickle, 'model.safetensors': safetensors };
      return [name, { revisions: { main: { commit: commits.main, files } } }];
    }),
  );
}
