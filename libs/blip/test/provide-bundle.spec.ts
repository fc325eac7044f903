/* Real here: HTTP, against a server on this machine that answers as the Hugging Face hub does; the compiler; files. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubStandIn } from '../../../test/hub-stand-in/hub-stand-in.js';
import { until } from '../../../test/support/until.js';
import { pullCommand } from '../src/cli/pull-command.js';
import { provideBundle, verifyBundle, type BundleRequest } from '../src/index.js';
import { copyTinyCheckpoint, goldenDirectory } from './support/golden-checkpoint.js';
import { smallFiles } from './support/published-repositories.js';

const repository = 'somebody/blip-tiny';
const [older, newer] = ['1'.repeat(40), '2'.repeat(40)];

let hub: HubStandIn;
let modelsDirectory: string;
let weights: Buffer;

beforeEach(async () => {
  weights = await readFile(join(goldenDirectory, 'tiny-a', 'model.safetensors'));
  hub = new HubStandIn({});
  await publish(older);
  await hub.listen();
  modelsDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-models-'));
});

afterEach(async () => {
  await hub.close();
  await rm(modelsDirectory, { recursive: true });
});

async function publish(commit: string, content = weights): Promise<void> {
  const files = { ...(await smallFiles()), 'model.safetensors': content };
  hub.repositories[repository] = { revisions: { main: { commit, files } } };
}

const provide = (request: Partial<BundleRequest> = {}): Promise<string> =>
  provideBundle({ model: repository, modelsDirectory, endpoint: hub.endpoint, ...request });

const store = (): string => join(modelsDirectory, 'somebody--blip-tiny');
const downloads = (): string[] => hub.requests.filter((request) => request.startsWith('storage'));

it('downloads, compiles, and keeps the bundle alone, under a name that tells what it is', async () => {
  const steps: string[] = [];
  const bundle = await provide({ onProgress: (step) => steps.push(step) });
  expect(bundle).toBe(join(store(), '111111111111-int8'));
  expect(await verifyBundle(bundle)).toMatchObject({
    name: 'blip-tiny',
    precision: 'int8',
    source: { checkpoint: `${repository}@${older}` },
  });
  expect((await readdir(store())).sort()).toEqual(['111111111111-int8', 'revisions.json']);
  expect([...new Set(steps)]).toEqual(['downloading', 'calibrating', 'compiling']);
});

it('finds it the second time without the hub', async () => {
  const bundle = await provide();
  await hub.close();
  expect(await provide()).toBe(bundle);
  expect(await provide({ revision: older })).toBe(bundle);
  await hub.listen();
});

it('keeps each precision and each revision for itself', async () => {
  await provide();
  expect(await provide({ precision: 'fp32' })).toBe(join(store(), '111111111111-fp32'));
  await publish(newer);
  expect(await provide()).toBe(join(store(), '111111111111-int8'));
  expect(await provide({ refresh: true })).toBe(join(store(), '222222222222-int8'));
  expect(await provide()).toBe(join(store(), '222222222222-int8'));
});

it('asks and compiles nothing anew that a refresh finds as it was', async () => {
  const bundle = await provide();
  const written = await readFile(join(bundle, 'manifest.json'));
  await utimes(join(bundle, 'manifest.json'), 1, 1);
  expect(await provide({ refresh: true })).toBe(bundle);
  expect(await readFile(join(bundle, 'manifest.json'))).toEqual(written);
});

it('does the work once for all that want it at the same time', async () => {
  const waits: string[] = [];
  const all = Array.from({ length: 3 }, () =>
    provide({ onProgress: (step) => void (step === 'waiting' && waits.push(step)) }),
  );
  expect(new Set(await Promise.all(all))).toEqual(new Set([join(store(), '111111111111-int8')]));
  expect(downloads()).toHaveLength(1);
  expect(waits).toHaveLength(2);
});

it('makes a bundle again that is not whole, and clears away what was half made', async () => {
  const bundle = await provide();
  await truncate(join(bundle, 'vision.weights'), 10);
  await mkdir(join(store(), '000000000000-int8.partial'));
  expect(await provide()).toBe(bundle);
  await verifyBundle(bundle);
  expect((await readdir(store())).sort()).toEqual(['111111111111-int8', 'revisions.json']);
});

it('keeps what has arrived where a download is interrupted, and goes on there', async () => {
  const controller = new AbortController();
  hub.cuts = [150_000];
  hub.beforeCut = async () => {
    await until('they are kept', async () => (await keptBytes()) === 150_000);
    controller.abort();
  };
  await expect(provide({ signal: controller.signal })).rejects.toThrow('aborted');
  await provide();
  expect(downloads()[1]).toMatch(/bytes=150000-$/);
});

/** Of the weights, while they are downloaded. */
async function keptBytes(): Promise<number> {
  const checkpoint = join(store(), 'checkpoint');
  const partial = (await readdir(checkpoint)).find((name) => name.endsWith('.partial'))!;
  return (await stat(join(checkpoint, partial))).size;
}

it('keeps nothing of a checkpoint that cannot be compiled', async () => {
  await publish(older, Buffer.from('no weights at all'));
  await expect(provide()).rejects.toMatchObject({ code: 'bad-safetensors' });
  expect(await readdir(modelsDirectory)).toEqual([]);
});

it('takes a bundle’s directory as it is, and compiles a checkpoint’s once for each state of it', async () => {
  const model = join(modelsDirectory, 'mine');
  await mkdir(model);
  await copyTinyCheckpoint(model);
  const first = await provide({ model });
  expect(first).toContain(join(modelsDirectory, 'local--mine'));
  expect(await provide({ model })).toBe(first);
  await utimes(join(model, 'model.safetensors'), 1, 1);
  expect(await provide({ model })).not.toBe(first);
  expect(await provide({ model: first })).toBe(first);
  await expect(provide({ model: first, precision: 'fp32' })).rejects.toThrow('is a bundle in int8');
  expect(hub.requests).toEqual([]);
});

it('says that a model is neither a directory nor a repository', async () => {
  await expect(provide({ model: './nothing' })).rejects.toMatchObject({
    code: 'hub-repository-not-found',
    message: 'Expected <owner>/<name> on the hub, or a directory that is there, but received "./nothing"',
  });
  await writeFile(join(modelsDirectory, 'a.txt'), '');
  await expect(provide({ model: modelsDirectory })).rejects.toThrow(
    'has neither manifest.json of a bundle nor config.json of a checkpoint',
  );
});

describe('the command line', () => {
  let lines: string[];

  beforeEach(() => {
    lines = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const environment = { ...process.env, HF_ENDPOINT: hub.endpoint, MODELS_DIR: modelsDirectory };
    jest.replaceProperty(process, 'env', environment);
  });

  afterEach(() => jest.restoreAllMocks());

  it('says where the bundle lies, and brings it up to date unless it is told not to', async () => {
    await pullCommand([repository]);
    await publish(newer);
    await pullCommand([repository, '--if-missing']);
    await pullCommand([repository]);
    const bundles = lines.filter((line) => line.startsWith(store()));
    expect(bundles.map((line) => line.split(':')[0])).toEqual(
      ['111111111111', '111111111111', '222222222222'].map((commit) => join(store(), `${commit}-int8`)),
    );
  });

  it('keeps checkpoint and bundle where a directory is named', async () => {
    const out = join(modelsDirectory, 'out');
    await pullCommand([repository, '--out', out, '--precision', 'fp32']);
    expect(await readdir(join(out, 'checkpoint'))).toContain('model.safetensors');
    expect(await verifyBundle(join(out, 'bundle'))).toMatchObject({ precision: 'fp32' });
  });
});
