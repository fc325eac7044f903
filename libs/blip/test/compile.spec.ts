/* Real here: the compiler, files, and the golden checkpoint, damaged in every way that has a message. */
import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileCheckpoint, loadCaptionModel, verifyBundle } from '../src/index.js';
import { openBundle } from '../src/bundle/bundle.js';
import { copyTinyCheckpoint } from './support/golden-checkpoint.js';

let directory: string;
let checkpoint: string;
let out: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
  checkpoint = join(directory, 'checkpoint');
  out = join(directory, 'bundle');
  await mkdir(checkpoint);
  await copyTinyCheckpoint(checkpoint);
});

afterEach(() => rm(directory, { recursive: true }));

const compile = (precision: 'fp32' | 'int8' = 'fp32') => compileCheckpoint(checkpoint, out, { precision });

async function editJson(file: string, edit: (json: Record<string, never>) => void): Promise<void> {
  const json = JSON.parse(await readFile(file, 'utf8')) as Record<string, never>;
  edit(json);
  await writeFile(file, JSON.stringify(json));
}

/** Rewrites the header of the safetensors file; what it says of the data may become a lie. */
async function editHeader(
  edit: (header: Record<string, { shape: number[]; data_offsets: number[] }>) => void,
): Promise<void> {
  const path = join(checkpoint, 'model.safetensors');
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Parameters<typeof edit>[0];
  edit(header);
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  await writeFile(path, Buffer.concat([prefix, text, bytes.subarray(8 + length)]));
}

it('writes a manifest with the format, precision, source, licence and every file’s checksum', async () => {
  await writeFile(join(checkpoint, 'README.md'), '---\nlicense: bsd-3-clause\n---\n# A model\n');
  await compile('int8');
  const manifest = await verifyBundle(out);
  expect(manifest).toMatchObject({
    formatVersion: 1,
    precision: 'int8',
    source: { checkpoint: 'checkpoint', licence: 'bsd-3-clause', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(Object.keys(manifest.files)).toHaveLength(6);
});

it('reads the vocabulary from tokenizer.json where there is no vocab.txt', async () => {
  const tokens = (await readFile(join(checkpoint, 'vocab.txt'), 'utf8')).trimEnd().split('\n');
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  await writeFile(join(checkpoint, 'tokenizer.json'), JSON.stringify({ model: { type: 'WordPiece', vocab } }));
  await rm(join(checkpoint, 'vocab.txt'));
  await compile();
  expect((await openBundle(out)).vocabulary).toEqual(tokens);
});

it('takes generation_config.json before text_config, and transformers’ defaults where both are silent', async () => {
  await writeFile(join(checkpoint, 'generation_config.json'), JSON.stringify({ max_length: 33, num_beams: 4 }));
  await compile();
  const { generation } = (await openBundle(out)).configuration;
  expect(generation).toMatchObject({
    maxLength: 33,
    numBeams: 4,
    minLength: 0,
    repetitionPenalty: 1,
    earlyStopping: false,
  });
});

it('replaces an older bundle, and nothing else', async () => {
  await compile('fp32');
  expect((await compile('int8')).precision).toBe('int8');
  const foreign = join(directory, 'foreign');
  await mkdir(foreign);
  await writeFile(join(foreign, 'diary.txt'), 'dear diary');
  await expect(compileCheckpoint(checkpoint, foreign, { precision: 'int8' })).rejects.toMatchObject({
    code: 'bad-bundle',
  });
  expect(await readFile(join(foreign, 'diary.txt'), 'utf8')).toBe('dear diary');
});

describe('a wrong checkpoint ends in one line that names the place', () => {
  const bias = 'text_decoder.cls.predictions.bias';
  const wrongs: [string, () => Promise<void>, string][] = [
    [
      'a missing tensor',
      () => editHeader((header) => void delete header[bias]),
      `model.safetensors: tensor "${bias}" is missing`,
    ],
    [
      'a missing tensor with a longer name',
      () =>
        editHeader((header) => {
          header[`model.${bias}`] = header[bias]!;
          delete header[bias];
        }),
      `model.safetensors: tensor "${bias}" is missing, but has "model.${bias}"`,
    ],
    [
      'a misshapen tensor',
      () => editHeader((header) => void (header[bias]!.shape = [60, 2])),
      `model.safetensors: tensor "${bias}" has the shape [60, 2], expected [120] after config.json`,
    ],
    [
      'a shape that lies about the bytes',
      () => editHeader((header) => void (header[bias]!.shape = [121])),
      `model.safetensors: tensor "${bias}" of shape [121] needs 484 bytes but its data_offsets span 480`,
    ],
    [
      'tensors that overlap',
      () =>
        editHeader(
          (header) => void (header[bias]!.data_offsets = header[bias]!.data_offsets.map((offset) => offset - 8)),
        ),
      'overlap',
    ],
    ['a truncated file', () => truncate(join(checkpoint, 'model.safetensors'), 300_000), '(truncated?)'],
    [
      'a file without a header',
      () => truncate(join(checkpoint, 'model.safetensors'), 5),
      'model.safetensors: 5 bytes are too few',
    ],
    [
      'a header longer than the file',
      () => writeFile(join(checkpoint, 'model.safetensors'), Buffer.from([0, 0, 1, 0, 0, 0, 0, 0, 123])),
      'model.safetensors: its header claims 65536 bytes, but the file has only 9 (truncated?)',
    ],
    [
      'another format',
      () => writeFile(join(checkpoint, 'model.safetensors'), Buffer.from('PK\x03\x04 a pickle in a zip')),
      '(not a safetensors file?)',
    ],
    [
      'another kind of model',
      () => editJson(join(checkpoint, 'config.json'), (json) => Object.assign(json, { model_type: 'blip-2' })),
      'config.json: expected a BLIP captioner (model_type "blip", architectures ["BlipForConditionalGeneration"]) but found a BLIP-2',
    ],
    [
      'another head',
      () =>
        editJson(join(checkpoint, 'config.json'), (json) =>
          Object.assign(json, { architectures: ['BlipForQuestionAnswering'] }),
        ),
      'but found a BLIP that answers questions about pictures (model_type "blip", architectures ["BlipForQuestionAnswering"])',
    ],
    [
      'a size that is none',
      () =>
        editJson(join(checkpoint, 'config.json'), (json) =>
          Object.assign(json['text_config']!, { num_hidden_layers: '2' }),
        ),
      'config.json: text_config.num_hidden_layers: expected a whole number of at least 1 but found "2"',
    ],
    [
      'another resampling',
      () => editJson(join(checkpoint, 'preprocessor_config.json'), (json) => Object.assign(json, { resample: 2 })),
      'preprocessor_config.json: resample: expected 3 but found 2',
    ],
    ['no configuration', () => rm(join(checkpoint, 'config.json')), 'has no config.json'],
    ['no weights', () => rm(join(checkpoint, 'model.safetensors')), 'has no model.safetensors'],
    ['no vocabulary', () => rm(join(checkpoint, 'vocab.txt')), 'has neither vocab.txt nor tokenizer.json'],
  ];

  it.each(wrongs)('%s', async (_title, damage, message) => {
    await damage();
    const error = await compile().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining(message) });
    expect((error as Error).message).not.toContain('\n');
    await expect(readFile(join(out, 'manifest.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a wrong bundle ends in one line that names the place', () => {
  beforeEach(() => compile());

  it('a file that does not match its checksum', async () => {
    const path = join(out, 'decoder.weights');
    const bytes = await readFile(path);
    bytes[1000]! ^= 1;
    await writeFile(path, bytes);
    await expect(verifyBundle(out)).rejects.toMatchObject({
      code: 'bundle-checksum',
      message: expect.stringContaining(`${path}: has the SHA-256`),
    });
    await appendFile(path, 'x');
    await expect(verifyBundle(out)).rejects.toMatchObject({
      code: 'bundle-checksum',
      message: expect.stringContaining('bytes, expected'),
    });
  });

  it('a format that is newer', async () => {
    await editJson(join(out, 'manifest.json'), (json) => Object.assign(json, { formatVersion: 2 }));
    for (const use of [verifyBundle, loadCaptionModel]) {
      await expect(use(out)).rejects.toMatchObject({
        code: 'bundle-too-new',
        message: expect.stringContaining('manifest.json: formatVersion 2 is newer than 1'),
      });
    }
  });

  it('a manifest that is missing or no JSON, a precision that is unknown, a file that is gone', async () => {
    await rm(join(out, 'vision.weights'));
    await expect(verifyBundle(out)).rejects.toMatchObject({
      message: `${join(out, 'vision.weights')}: cannot be read`,
    });
    await expect(loadCaptionModel(out, { lanes: 1 })).rejects.toMatchObject({ code: 'bad-bundle' });
    await editJson(join(out, 'manifest.json'), (json) => Object.assign(json, { precision: 'fp8' }));
    await expect(verifyBundle(out)).rejects.toMatchObject({
      message: expect.stringContaining('precision: expected fp32 or int8'),
    });
    const confidence = { bias: 1, mean: 'much', least: 0, words: 0 };
    await editJson(join(out, 'manifest.json'), (json) => Object.assign(json, { precision: 'int8', confidence }));
    await expect(verifyBundle(out)).rejects.toMatchObject({
      message: expect.stringContaining('confidence.mean: expected a number but found "much"'),
    });
    await writeFile(join(out, 'manifest.json'), 'no json');
    await expect(verifyBundle(out)).rejects.toMatchObject({
      code: 'bad-bundle',
      message: expect.stringContaining('not JSON'),
    });
    await rm(join(out, 'manifest.json'));
    await expect(verifyBundle(out)).rejects.toMatchObject({ message: `${join(out, 'manifest.json')}: cannot be read` });
  });
});
