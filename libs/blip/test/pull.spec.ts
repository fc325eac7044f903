/* Real here: HTTP, against a server on this machine that answers as the Hugging Face hub and its storage do. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubStandIn } from '../../../test/hub-stand-in/hub-stand-in.js';
import { until } from '../../../test/support/until.js';
import { pullCheckpoint, type PullOptions } from '../src/index.js';
import {
  base,
  commits,
  large,
  pickle,
  publishedRepositories,
  safetensors,
  sharded,
} from './support/published-repositories.js';

let hub: HubStandIn;
let directory: string;

beforeEach(async () => {
  hub = new HubStandIn(await publishedRepositories());
  await hub.listen();
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-pull-'));
});

afterEach(async () => {
  await hub.close();
  await rm(directory, { recursive: true });
});

const pull = (repository = base, options: PullOptions = {}): Promise<string> =>
  pullCheckpoint(repository, directory, { endpoint: hub.endpoint, ...options });

const small = ['config.json', 'preprocessor_config.json', 'vocab.txt'];

async function weights(): Promise<string[]> {
  return (await readdir(directory)).filter((name) => !small.includes(name)).sort();
}

async function bytesOfWeights(name = 'pytorch_model.bin'): Promise<Buffer> {
  return readFile(join(directory, name));
}

/** Of the weights, while they are downloaded. */
async function keptBytes(): Promise<number> {
  const partial = (await readdir(directory)).find((name) => /\.[0-9a-f]{16}\.partial$/.test(name));
  return partial === undefined ? 0 : (await stat(join(directory, partial))).size;
}

const downloads = (): string[] => hub.requests.filter((request) => request.startsWith('storage'));
const starts = (): number[] => downloads().map((request) => Number(/bytes=(\d+)-/.exec(request)?.[1] ?? 0));

it('downloads all files from one commit, the large one through the redirect, and tells how far it is', async () => {
  const progress: [number, number][] = [];
  expect(await pull(base, { onProgress: (done, total) => progress.push([done, total]) })).toBe(commits.main);
  expect((await readdir(directory)).sort()).toEqual([...small, 'pytorch_model.bin'].sort());
  expect((await bytesOfWeights()).equals(pickle)).toBe(true);
  expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);
  const revisions = hub.requests.flatMap((request) => /resolve\/([^/]+)\//.exec(request)?.[1] ?? []);
  expect(revisions.shift()).toBe('main');
  expect(new Set(revisions.slice(1))).toEqual(new Set([commits.main]));
});

it.each([
  [large, ['model.safetensors']],
  [base, ['pytorch_model.bin']],
  [sharded, ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', 'model.safetensors.index.json']],
  [
    'somebody/blip-sharded-bin',
    ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin', 'pytorch_model.bin.index.json'],
  ],
])('takes the best form of the weights that %s has', async (repository, expected) => {
  await pull(repository);
  expect(await weights()).toEqual(expected);
});

it.each([
  ['refs/pr/1', commits.conversion, 'model.safetensors', '/resolve/refs%2Fpr%2F1/'],
  ['v1.0', commits.older, 'pytorch_model.bin', '/resolve/v1.0/'],
  [commits.conversion, commits.conversion, 'model.safetensors', `/resolve/${commits.conversion}/`],
])('takes revision %s', async (revision, commit, file, path) => {
  expect(await pull(base, { revision })).toBe(commit);
  expect(await weights()).toEqual([file]);
  expect(hub.requests[0]).toContain(path);
});

it('goes on where a cut connection ended', async () => {
  hub.cuts = [200_000, 100_000];
  const ends = [200_000, 300_000];
  hub.beforeCut = () => {
    const end = ends.shift();
    return until(`${end} bytes are kept`, async () => (await keptBytes()) === end);
  };
  await pull();
  expect((await bytesOfWeights()).equals(pickle)).toBe(true);
  expect(starts()).toEqual([0, 200_000, 300_000]);
});

it('continues what an earlier run has left', async () => {
  await interruptAt(150_000);
  hub.requests.length = 0;
  await pull();
  expect(starts()).toEqual([150_000]);
  expect((await bytesOfWeights()).equals(pickle)).toBe(true);
});

it('starts over once where what an earlier run has left is spoilt', async () => {
  await interruptAt(150_000);
  const partial = (await readdir(directory)).find((name) => name.endsWith('.partial'))!;
  await writeFile(join(directory, partial), Buffer.alloc(150_000, 9));
  hub.requests.length = 0;
  await pull();
  expect(starts()).toEqual([150_000, 0]);
  expect((await bytesOfWeights()).equals(pickle)).toBe(true);
});

/** Ends a pull once so many bytes of the weights lie on the disk. */
async function interruptAt(bytes: number): Promise<void> {
  const controller = new AbortController();
  hub.cuts = [bytes];
  hub.beforeCut = async () => {
    await until(`${bytes} bytes are kept`, async () => (await keptBytes()) === bytes);
    controller.abort();
  };
  await expect(pull(base, { signal: controller.signal })).rejects.toThrow('aborted');
  expect(await keptBytes()).toBe(bytes);
}

it('downloads nothing again that is there and whole', async () => {
  await pull();
  hub.requests.length = 0;
  await pull();
  expect(hub.requests.filter((request) => !request.includes('HEAD'))).toEqual([]);
});

it('keeps no weights of another commit beside those that it takes', async () => {
  await pull(base, { revision: 'refs/pr/1' });
  await writeFile(join(directory, 'model-00001-of-00002.safetensors.0123456789abcdef.partial'), 'x');
  await pull();
  expect(await weights()).toEqual(['pytorch_model.bin']);
});

it('waits as long as a busy hub asks, and tries again where it fails', async () => {
  hub.mishaps = [{ status: 429, headers: { 'retry-after': '0' } }, { status: 503 }];
  hub.storageMishaps = [{ status: 403 }, { status: 500 }];
  expect(await pull()).toBe(commits.main);
  expect(downloads()).toHaveLength(3);
});

it('asks with GET where a hub does not know HEAD', async () => {
  hub.knowsHead = false;
  expect(await pull()).toBe(commits.main);
  expect((await bytesOfWeights()).equals(pickle)).toBe(true);
});

it('sends the token to the hub, and never to where it redirects', async () => {
  hub.token = 'hf_secret';
  await pull('somebody/blip-gated', { token: 'hf_secret' });
  await pull('somebody/blip-private', { token: 'hf_secret' });
  expect((await bytesOfWeights('model.safetensors')).equals(safetensors)).toBe(true);
  expect(hub.leakedTokens).toEqual([]);
});
