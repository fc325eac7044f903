/* Real here: HTTP, against a server on this machine that answers as the Hugging Face hub and its CDN do. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pullCheckpoint, type PullOptions } from '../src/index.js';
import { pullCommand } from '../src/cli/pull-command.js';
import { openBundle } from '../src/bundle/bundle.js';
import { goldenDirectory } from './support/golden-checkpoint.js';
import { until } from '../../../test/support/until.js';
import { HubServer } from './support/hub-server.js';

const repository = 'somebody/blip-tiny';
const files = ['config.json', 'model.safetensors', 'vocab.txt', 'preprocessor_config.json'] as const;
const largeFrom = 100_000;

let hub: HubServer;
let directory: string;
let weights: Buffer;

beforeEach(async () => {
  const contents = await Promise.all(files.map((file) => readFile(join(goldenDirectory, 'tiny-a', file))));
  weights = contents[1]!;
  hub = new HubServer(repository, Object.fromEntries(files.map((file, index) => [file, contents[index]!])), largeFrom);
  await hub.listen();
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-pull-'));
});

afterEach(async () => {
  await hub.close();
  await rm(directory, { recursive: true });
});

const pull = (options: PullOptions = {}, name = repository): Promise<string> =>
  pullCheckpoint(name, directory, { endpoint: hub.endpoint, ...options });

/** Of the weights, while they are downloaded. */
async function keptBytes(): Promise<number> {
  const partial = (await readdir(directory)).find((name) => /^model\.safetensors\..*partial$/.test(name));
  return partial === undefined ? 0 : (await stat(join(directory, partial))).size;
}

const downloads = (): string[] => hub.requests.filter((request) => request.startsWith('cdn'));

it('downloads all files from one commit, the large one through the redirect, and tells how far it is', async () => {
  const progress: [number, number][] = [];
  expect(await pull({ onProgress: (done, total) => progress.push([done, total]) })).toBe(hub.commit);
  expect((await readdir(directory)).sort()).toEqual([...files].sort());
  expect((await readFile(join(directory, 'model.safetensors'))).equals(weights)).toBe(true);
  expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);
  const revisions = hub.requests.flatMap((request) => /resolve\/([^/]+)\//.exec(request)?.[1] ?? []);
  expect(revisions.shift()).toBe('main');
  expect(new Set(revisions)).toEqual(new Set([hub.commit]));
});

it('goes on where a cut connection ended', async () => {
  hub.cuts = [200_000, 100_000];
  const ends = [200_000, 300_000];
  hub.beforeCut = () => {
    const end = ends.shift();
    return until(`${end} bytes are kept`, async () => (await keptBytes()) === end);
  };
  await pull();
  expect((await readFile(join(directory, 'model.safetensors'))).equals(weights)).toBe(true);
  const ranges = downloads().map((request) => Number(/bytes=(\d+)-/.exec(request)?.[1] ?? 0));
  expect(ranges).toEqual([0, 200_000, 300_000]);
});

it('continues what an earlier run has left', async () => {
  hub.cuts = Array<number>(4).fill(150_000);
  const controller = new AbortController();
  const interrupted = pull({
    signal: controller.signal,
    onProgress: (done) => {
      if (done > 140_000) controller.abort();
    },
  });
  await expect(interrupted).rejects.toThrow();
  expect((await readdir(directory)).some((name) => name.endsWith('.partial'))).toBe(true);
  hub.cuts = [];
  hub.requests.length = 0;
  await pull();
  expect(downloads()).toEqual([expect.stringMatching(/bytes=[1-9]\d*-$/)]);
  expect((await readFile(join(directory, 'model.safetensors'))).equals(weights)).toBe(true);
});

it('downloads nothing again that is there and whole', async () => {
  await pull();
  hub.requests.length = 0;
  await pull();
  expect(hub.requests.filter((request) => !request.includes('HEAD'))).toEqual([]);
});

it('refuses what does not have the announced checksum, and keeps nothing of it', async () => {
  hub.corrupted = Buffer.alloc(weights.length, 7);
  await expect(pull()).rejects.toMatchObject({
    code: 'hub-checksum',
    retryable: false,
    message: expect.stringContaining(`${repository}/model.safetensors`),
  });
  expect((await readdir(directory)).filter((name) => name.startsWith('model'))).toEqual([]);
});

it('says that a repository is misspelt, private or gated, or that a file is missing', async () => {
  await expect(pull({}, 'somebody/else')).rejects.toMatchObject({ code: 'hub-unauthorised', retryable: false });
  await expect(pull({ revision: 'v9' })).rejects.toMatchObject({
    code: 'hub-not-found',
    message: `${repository}/config.json: the hub has no such file (404): Entry not found`,
  });
  await expect(pull({}, '../../etc')).rejects.toMatchObject({ code: 'hub-not-found' });
});

it('sends the token to the hub, and never to where it redirects', async () => {
  hub.requiredToken = 'hf_secret';
  await expect(pull()).rejects.toMatchObject({ code: 'hub-unauthorised' });
  await pull({ token: 'hf_secret' });
  expect(hub.leakedTokens).toEqual([]);
});

it('gives up on a hub that does not answer, with an error that may be tried again', async () => {
  const { endpoint } = hub;
  await hub.close();
  await expect(pull({ endpoint })).rejects.toMatchObject({ code: 'hub-unavailable', retryable: true });
  await hub.listen();
});

it('compiles what the command line pulls', async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  jest.replaceProperty(process, 'env', { ...process.env, HF_ENDPOINT: hub.endpoint });
  await pullCommand([repository, '--out', directory, '--precision', 'fp32']);
  jest.restoreAllMocks();
  const { manifest } = await openBundle(join(directory, 'bundle'));
  expect(manifest).toMatchObject({
    name: 'blip-tiny',
    precision: 'fp32',
    source: { checkpoint: `${repository}@${hub.commit}` },
  });
});
