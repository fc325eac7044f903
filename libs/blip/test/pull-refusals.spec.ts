/* Real here: HTTP, against a server on this machine that answers as the Hugging Face hub and its storage do; a full disk. */
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubStandIn } from '../../../test/hub-stand-in/hub-stand-in.js';
import { digestOf } from '../../../test/hub-stand-in/stand-in-repository.js';
import { pullCheckpoint, type PullOptions } from '../src/index.js';
import {
  base,
  commits,
  gated,
  indexOf,
  pickle,
  publishedRepositories,
  secret,
  smallFiles,
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

const pull = (repository: string, options: PullOptions = {}): Promise<string> =>
  pullCheckpoint(repository, directory, { endpoint: hub.endpoint, ...options });

/** What somebody reads when it fails: one line, and the code behind it. */
async function refusal(pulled: Promise<unknown>): Promise<[code: string, message: string]> {
  const error = await pulled.then(
    () => new Error('it was pulled'),
    (reason: Error & { code: string }) => reason,
  );
  expect(error.message).not.toContain('\n');
  return ['code' in error ? error.code : '', error.message];
}

const host = (): string => new URL(hub.endpoint).host;

it('says that a repository is unknown or private, and whether a token was there', async () => {
  for (const name of ['somebody/blip-imge', secret]) {
    expect(await refusal(pull(name))).toEqual([
      'hub-repository-not-found',
      `${name}: ${host()} has no such repository, or it is private and HF_TOKEN is not set`,
    ]);
  }
  hub.token = 'hf_secret';
  expect(await refusal(pull('somebody/blip-imge', { token: 'hf_secret' }))).toEqual([
    'hub-repository-not-found',
    `somebody/blip-imge: ${host()} has no such repository, or the account of HF_TOKEN may not see it`,
  ]);
});

it('says that a repository is gated, with and without access', async () => {
  expect(await refusal(pull(gated))).toEqual([
    'hub-gated',
    `${gated}: is gated: accept its terms at https://${host()}/${gated}, and set HF_TOKEN to a token of that account`,
  ]);
  hub.mishaps = [{ status: 403, headers: { 'x-error-code': 'GatedRepo' } }];
  expect(await refusal(pull(gated, { token: 'hf_secret' }))).toEqual([
    'hub-gated',
    `${gated}: is gated, and the account of HF_TOKEN has no access yet: ask for it at https://${host()}/${gated}`,
  ]);
});

it('says that the token is refused', async () => {
  expect(await refusal(pull(base, { token: 'hf_expired' }))).toEqual([
    'hub-unauthorised',
    `${base}: ${host()} refuses HF_TOKEN (401): Invalid credentials in Authorization header`,
  ]);
});

it('says which revision is unknown, and which file is missing', async () => {
  expect(await refusal(pull(base, { revision: 'refs/pr/9' }))).toEqual([
    'hub-revision-not-found',
    `${base}: has no revision "refs/pr/9"`,
  ]);
  expect(await refusal(pull('somebody/blip-flax'))).toEqual([
    'hub-file-not-found',
    'somebody/blip-flax: has no weights in a form that is read: model.safetensors or pytorch_model.bin, whole or in parts',
  ]);
});

it.each(['blip', '../../etc', 'a/b/c', 'a/..', 'https://huggingface.co/a/b'])('takes no name like %s', async (name) => {
  expect(await refusal(pull(name))).toEqual([
    'hub-repository-not-found',
    `Expected <owner>/<name> but received "${name}"`,
  ]);
  expect(hub.requests).toEqual([]);
});

it.each([
  ['Salesforce/blip-vqa-base', 'a BLIP that answers questions about pictures', 'blip', 'BlipForQuestionAnswering'],
  ['Salesforce/blip-itm-base-coco', 'a BLIP that compares pictures with texts', 'blip', 'BlipForImageTextRetrieval'],
  ['Salesforce/blip2-opt-2.7b', 'a BLIP-2', 'blip-2', 'Blip2ForConditionalGeneration'],
  [
    'nlpconnect/vit-gpt2-image-captioning',
    'a vision encoder and text decoder of other kinds',
    'vision-encoder-decoder',
    'VisionEncoderDecoderModel',
  ],
  ['google-bert/bert-base-uncased', 'another model', 'bert', 'BertForMaskedLM'],
])('ends at config.json of %s, which is no captioner', async (name, kind, type, architecture) => {
  const wanted = 'a BLIP captioner (model_type "blip", architectures ["BlipForConditionalGeneration"])';
  expect(await refusal(pull(name))).toEqual([
    'unsupported-checkpoint',
    `${name}/config.json: expected ${wanted} but found ${kind} (model_type "${type}", architectures ["${architecture}"])`,
  ]);
  expect(hub.requests.filter((request) => !request.includes('config.json'))).toEqual([]);
});

it('says that there is no way to the hub', async () => {
  const { endpoint } = hub;
  await hub.close();
  const [code, message] = await refusal(pull(base, { endpoint }));
  expect(code).toBe('hub-unreachable');
  expect(message).toBe(`${host()} cannot be reached: connect ECONNREFUSED ${host()}`);
  expect((await refusal(pull(base, { endpoint: 'http://hub.invalid' })))[1]).toMatch(
    /^hub\.invalid cannot be reached: /,
  );
  await hub.listen();
});

it('goes through the proxy that the environment names, and says where that is gone', async () => {
  jest.replaceProperty(process, 'env', { ...process.env, http_proxy: 'http://127.0.0.1:1' });
  try {
    expect((await refusal(pull(base, { endpoint: 'http://hub.invalid' })))[1]).toContain('ECONNREFUSED 127.0.0.1:1');
    expect(await pull(base)).toBe(commits.main); // nothing on this machine is asked of a proxy
  } finally {
    jest.restoreAllMocks();
  }
});

it('says that the hub’s address is none', async () => {
  expect(await refusal(pull(base, { endpoint: 'huggingface.co' }))).toEqual([
    'hub-endpoint',
    'Expected an http or https URL for HF_ENDPOINT but received "huggingface.co"',
  ]);
});

it('waits for no hub that asks for longer than five minutes', async () => {
  hub.mishaps = [{ status: 429, headers: { 'retry-after': '3600' } }];
  expect(await refusal(pull(base))).toEqual([
    'hub-unavailable',
    `${base}/config.json: ${host()} answers 429, too many requests, and asks to wait 3600 s`,
  ]);
});

it('refuses what does not have the announced digest, and keeps nothing of it', async () => {
  hub.corrupted = Buffer.alloc(pickle.length, 7);
  expect(await refusal(pull(base))).toEqual([
    'hub-checksum',
    `${base}/pytorch_model.bin: what arrived does not have the digest ${await digestOf('pytorch_model.bin', pickle)}`,
  ]);
  expect((await readdir(directory)).filter((name) => name.startsWith('pytorch_model'))).toEqual([]);
});

it.each(['../vocab.txt', '/etc/passwd', 'model-1/../../x.safetensors', 'config.json'])(
  'follows no index to %s',
  async (shard) => {
    const files = { ...(await smallFiles()), 'model.safetensors.index.json': indexOf([shard]) };
    hub.repositories['somebody/blip-hostile'] = { revisions: { main: { commit: commits.main, files } } };
    expect(await refusal(pull('somebody/blip-hostile'))).toEqual([
      'hub-checksum',
      `somebody/blip-hostile/model.safetensors.index.json: expected a weight_map to files of weights but found "${shard}"`,
    ]);
  },
);

it('begins nothing that would not fit on the disk', async () => {
  const [code, message] = await refusal(pull(base, { furtherBytes: () => 1e18 }));
  expect(code).toBe('disk-full');
  expect(message).toMatch(/: 1000000000\.00 GB are needed and [\d.]+ GB are free$/);
  expect(hub.requests.filter((request) => request.startsWith('storage'))).toEqual([]);
});

const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('says that the disk has become full', async () => {
  const digest = await digestOf('pytorch_model.bin', pickle);
  // every write to this device fails as one to a full disk does
  await symlink('/dev/full', join(directory, `pytorch_model.bin.${digest.slice(0, 16)}.partial`));
  expect(await refusal(pull(base))).toEqual([
    'disk-full',
    `${directory}: the disk is full (ENOSPC). What has arrived is kept, and the next run goes on there`,
  ]);
  expect(await readFile(join(directory, 'vocab.txt'))).toEqual((await smallFiles())['vocab.txt']);
});
