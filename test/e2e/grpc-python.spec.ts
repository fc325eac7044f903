import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PictureHost } from '../support/picture-host.js';
import { runsElsewhere } from '../support/product.js';
import { operatorToken, startSystem, type SharedSystem } from '../support/running-system.js';
import { repository } from '../support/setup-scripts.js';

const python = '/usr/bin/python3';
const hasGrpc = spawnSync(python, ['-c', 'import grpc, google.protobuf']).status === 0;

/** Real: a client in Python (Debian's python3-grpcio), message-service, API, a caption worker, broker, database. */
(runsElsewhere || !hasGrpc ? describe.skip : describe)('gRPC for a client in Python', () => {
  let system: SharedSystem;
  let pictures: PictureHost;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    const environment = { API_KEYS: 'required' };
    system = await startSystem({ name: 'grpc-python', workers: 1, others: ['message-service'], environment });
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
  }, 300_000);

  type Call = [method: string, ...requests: object[]];
  type Answer = Record<string, unknown>[] | { code: string };

  /** Makes calls one after the other. @returns what each was answered, or its status */
  async function ask(key: string, ...calls: Call[]): Promise<Answer[]> {
    const script = join(repository, 'test/support/grpc-client.py');
    const target = `127.0.0.1:${system.others[0]!.portOf('GRPC_PORT')}`;
    const running = promisify(execFile)(python, [script, target], { timeout: 90_000, maxBuffer: 64 * 1024 ** 2 });
    running.child.stdin?.end(calls.map(([method, ...requests]) => JSON.stringify([method, requests, key])).join('\n'));
    const { stdout } = await running;
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer);
  }

  async function newKey(): Promise<string> {
    const answer = await fetch(`${system.api.url}/clients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'python' }),
    });
    return ((await answer.json()) as { api_key: string }).api_key;
  }

  it('answers MessageService', async () => {
    const service = 'message.MessageService';
    const answers = await ask(
      operatorToken,
      [`${service}/ProcessMessage`, { text: 'привет' }],
      [`${service}/AssignAB`, { user_id: 'abc' }],
      [`${service}/Factorial`, { n: 25 }],
      [`${service}/MostFrequentLetter`, { text: 'Ёлка, ёж' }],
      [`${service}/Factorial`, { n: 10_001 }],
      [`${service}/Factorial`, { n: -1 }],
      [`${service}/AssignAB`, {}],
    );
    expect(answers).toEqual([
      [{ processed_text: 'Обработано сервером: ПРИВЕТ' }],
      [{ group: 'A' }],
      [{ value: '15511210043330985984000000' }],
      [{ letter: 'ё' }],
      { code: 'OUT_OF_RANGE' },
      { code: 'INVALID_ARGUMENT' },
      { code: 'INVALID_ARGUMENT' },
    ]);
  });

  it('takes pictures by URL and by their bytes, watches them, and keeps them to their client', async () => {
    const service = 'ekphrasis.v1.Captioning';
    const key = await newKey();
    const picture = await readFile(join(repository, 'samples/ring.jpg'));
    const chunks = [picture.subarray(0, 1_000), picture.subarray(1_000)].map((data) => ({
      data: data.toString('base64'),
    }));
    const url = pictures.url('/picture.png', 'grpc-python');
    const submitted = await ask(
      key,
      [`${service}/Submit`, { image_url: url, tag: 'mine' }],
      [`${service}/Upload`, ...chunks],
    );
    const ids = submitted.flatMap((answer) => (answer as { image_id: string }[]).map(({ image_id: id }) => id));
    expect(ids).toHaveLength(2);
    const [watched, got] = await ask(
      key,
      [`${service}/Watch`, { image_ids: ids.map(Number) }],
      [`${service}/Get`, { image_id: Number(ids[0]) }],
    );
    const last = new Map(
      (watched as { image_id: string; status: string }[]).map(({ image_id: id, status }) => [id, status]),
    );
    expect(Object.fromEntries(last)).toEqual(Object.fromEntries(ids.map((id) => [id, 'described'])));
    expect(got).toEqual([expect.objectContaining({ image_id: ids[0], status: 'described', tag: 'mine', error: '' })]);
    const get: Call = [`${service}/Get`, { image_id: Number(ids[0]) }];
    expect(await ask(await newKey(), get)).toEqual([{ code: 'NOT_FOUND' }]);
    expect(await ask('', get)).toEqual([{ code: 'UNAUTHENTICATED' }]);
    expect(await ask('wrong', get)).toEqual([{ code: 'UNAUTHENTICATED' }]);
  });
});
