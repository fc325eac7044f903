import { status } from '@grpc/grpc-js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningApplication } from '../../scripts/setup/applications.cjs';
import { grpcClient, type GrpcClient } from '../support/grpc-clients.js';
import { PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { operatorToken, startSystem, type SharedSystem } from '../support/running-system.js';

interface Image {
  image_id: number;
  status: string;
  description: string;
  tag: string;
  error: string;
  confidence: number;
  model: string;
}

/** Real: message-service, API, a caption worker with the shipped model, broker, database, storage; clients made of the .proto files alone. */
describeWithFaults('gRPC', () => {
  let system: SharedSystem;
  let pictures: PictureHost;
  let service: RunningApplication;
  let target: string;
  let messages: GrpcClient;
  let captioning: GrpcClient;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'grpc', workers: 1, others: ['message-service'] });
    service = system.others[0]!;
    target = `127.0.0.1:${service.portOf('GRPC_PORT')}`;
    messages = grpcClient('message.MessageService', target);
    captioning = grpcClient('ekphrasis.v1.Captioning', target);
  }, 300_000);
  afterAll(async () => {
    messages?.close();
    captioning?.close();
    await system?.stop();
    await pictures?.stop();
  }, 300_000);

  async function newKey(): Promise<string> {
    const answer = await fetch(`${system.api.url}/clients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'grpc' }),
    });
    return ((await answer.json()) as { api_key: string }).api_key;
  }

  describe('MessageService', () => {
    it('answers its four methods', async () => {
      expect(await messages.call('ProcessMessage', { text: 'hello, world!' })).toEqual({
        processed_text: 'Обработано сервером: HELLO, WORLD!',
      });
      expect(await messages.call('AssignAB', { user_id: 'abc' })).toEqual({ group: 'A' });
      expect(await messages.call('Factorial', { n: 25 })).toEqual({ value: '15511210043330985984000000' });
      expect(await messages.call('MostFrequentLetter', { text: 'Ёлка, ёж' })).toEqual({ letter: 'ё' });
      expect((await messages.call<{ value: string }>('Factorial', { n: 10_000 })).value).toHaveLength(35_660);
    });

    it.each([
      ['Factorial', { n: -1 }, status.INVALID_ARGUMENT],
      ['Factorial', { n: 10_001 }, status.OUT_OF_RANGE],
      ['Factorial', { n: '9223372036854775807' }, status.OUT_OF_RANGE],
      ['AssignAB', {}, status.INVALID_ARGUMENT],
      ['ProcessMessage', { text: 'x'.repeat(5_000_000) }, status.RESOURCE_EXHAUSTED],
    ])('refuses %s of what it cannot answer', async (method, request, code) => {
      await expect(messages.call(method, request)).rejects.toMatchObject({
        code,
        details: expect.stringMatching(/.+/),
      });
    });

    it('answers small calls at once while large factorials are computed', async () => {
      const large = Array.from({ length: 40 }, (_, index) => messages.call('Factorial', { n: 9_900 + index }));
      const first = await Promise.race([
        ...large.map(async (call) => (await call, 'a large one')),
        messages.call('AssignAB', { user_id: 'user42' }).then(() => 'a small one'),
      ]);
      expect(first).toBe('a small one');
      await Promise.all(large);
    });
  });

  describe('Captioning', () => {
    it('takes a picture by its URL, tells its states, and has the image that REST has', async () => {
      const url = pictures.url('/picture.png', 'grpc');
      const { image_id: id } = await captioning.call<{ image_id: number }>('Submit', { image_url: url, tag: 'mine' });
      const states = await captioning.stream<Image>('Watch', { image_ids: [id] });
      expect(states.map(({ image_id: imageId }) => imageId)).toEqual(states.map(() => id));
      expect(states.at(-1)).toMatchObject({ status: 'described', tag: 'mine', error: '' });
      const image = await captioning.call<Image>('Get', { image_id: id });
      expect(image).toEqual(states.at(-1));
      const rest = await fetch(`${system.api.url}/images/${id}/status`);
      const { description, model } = (await rest.json()) as Image;
      expect(image).toMatchObject({ description, model });
      expect(image.confidence).toBeGreaterThan(0);
    });

    it('takes the bytes of a picture, in whatever chunks', async () => {
      const picture = await readFile(join(__dirname, '../../samples/ring.jpg'));
      const chunks = Array.from({ length: Math.ceil(picture.length / 1_000) }, (_, index) => ({
        data: picture.subarray(index * 1_000, (index + 1) * 1_000),
      }));
      const { image_id: id } = await captioning.upload<{ image_id: number }>('Upload', chunks);
      const [last] = (await captioning.stream<Image>('Watch', { image_ids: [id] })).slice(-1);
      expect(last).toMatchObject({ image_id: id, status: 'described' });
    });

    it.each([
      ['nothing', [], status.INVALID_ARGUMENT],
      ['no picture', [{ data: Buffer.from('hello') }], status.INVALID_ARGUMENT],
      ['too much', Array.from({ length: 21 }, () => ({ data: Buffer.alloc(1024 * 1024) })), status.RESOURCE_EXHAUSTED],
    ])('refuses %s as a picture', async (_, chunks, code) => {
      await expect(captioning.upload('Upload', chunks)).rejects.toMatchObject({ code });
    });

    it.each([
      ['Submit', { image_url: 'no url at all' }, status.INVALID_ARGUMENT],
      ['Submit', {}, status.INVALID_ARGUMENT],
      ['Get', { image_id: 999_999_999 }, status.NOT_FOUND],
      ['Get', { image_id: -1 }, status.NOT_FOUND],
    ])('refuses %s of %j', async (method, request, code) => {
      await expect(captioning.call(method, request)).rejects.toMatchObject({ code });
    });

    it.each([
      ['no image', [], status.INVALID_ARGUMENT],
      ['more than a thousand', Array.from({ length: 1_001 }, (_, index) => index + 1), status.INVALID_ARGUMENT],
      ['one that there is not', [999_999_999], status.NOT_FOUND],
      ['ids that none can have', ['9223372036854775807', -1], status.NOT_FOUND],
    ])('refuses to watch %s', async (_, ids, code) => {
      await expect(captioning.stream('Watch', { image_ids: ids })).rejects.toMatchObject({ code });
    });

    it('keeps what came with a key to its client, and refuses a key that there is not', async () => {
      const [mine, others] = [await newKey(), await newKey()];
      const request = { image_url: pictures.url('/picture.png', 'grpc-mine') };
      const { image_id: id } = await captioning.call<{ image_id: number }>('Submit', request, mine);
      expect(await captioning.call('Get', { image_id: id }, mine)).toMatchObject({ image_id: id });
      for (const key of [others, undefined]) {
        await expect(captioning.call('Get', { image_id: id }, key)).rejects.toMatchObject({ code: status.NOT_FOUND });
        const watch = captioning.stream('Watch', { image_ids: [id] }, key);
        await expect(watch).rejects.toMatchObject({ code: status.NOT_FOUND });
      }
      const last = (await captioning.stream<Image>('Watch', { image_ids: [id] }, mine)).at(-1);
      expect(last).toMatchObject({ status: 'described' });
      for (const key of ['wrong', `${mine}x`]) {
        await expect(captioning.call('Get', { image_id: id }, key)).rejects.toMatchObject({
          code: status.UNAUTHENTICATED,
        });
      }
    });

    it('says why an image failed', async () => {
      const request = { image_url: pictures.url('/missing.png', 'grpc-missing') };
      const { image_id: id } = await captioning.call<{ image_id: number }>('Submit', request);
      const last = (await captioning.stream<Image>('Watch', { image_ids: [id] })).at(-1);
      expect(last).toMatchObject({ status: 'failed', description: '', error: expect.stringMatching(/^[a-z-]+: .+/) });
    });
  });

  it('says by the standard health service that it serves', async () => {
    const health = grpcClient('grpc.health.v1.Health', target);
    for (const name of ['', 'message.MessageService', 'ekphrasis.v1.Captioning']) {
      expect(await health.call('check', { service: name })).toEqual({ status: 'SERVING' });
    }
    health.close();
  });

  it('asks everybody for a key where keys are required, but who has the operator’s token', async () => {
    const strict = await system.startOther('message-service', { API_KEYS: 'required' });
    const client = grpcClient('message.MessageService', `127.0.0.1:${strict.portOf('GRPC_PORT')}`);
    const request = { user_id: 'abc' };
    await expect(client.call('AssignAB', request)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    expect(await client.call('AssignAB', request, await newKey())).toEqual({ group: 'A' });
    expect(await client.call('AssignAB', request, operatorToken)).toEqual({ group: 'A' });
    for (const path of ['', '/docs']) expect((await fetch(`${strict.url}${path}`)).status).toBe(200);
    expect((await fetch(`${strict.url}/api/results`)).status).toBe(401);
    client.close();
  });
});
