import { randomUUID } from 'node:crypto';
import { PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { TaskClient, type Answer } from '../support/task-client.js';
import { until } from '../support/until.js';

const environment = { JWT_SECRET: 'a secret of thirty-two characters or more', RPC_RETRY_DELAY_MS: '250' };

/** Real: everything. One system serves whoever speaks HTTP and whoever speaks AMQP. */
describeWithFaults('images over AMQP', () => {
  let system: SharedSystem;
  let pictures: PictureHost;
  let client: TaskClient;
  let mine: string;
  let anothers: string;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'rpc-images', workers: 1, others: ['task-rpc'], environment });
    client = await TaskClient.open(system.virtualHost.url);
    [mine, anothers] = [await addClient('mine'), await addClient('another’s')];
  }, 300_000);
  afterAll(async () => {
    await client?.close();
    await system?.stop();
    await pictures?.stop();
  }, 60_000);

  async function addClient(name: string): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const answer = await system.client.callAsOperator('POST', '/clients', JSON.stringify({ name }), headers);
    return (answer.json as unknown as { api_key: string }).api_key;
  }
  const ask = (action: string, data: object, auth = '', id: string = randomUUID()): Promise<Answer> =>
    client.ask(action, data, { auth, id, version: 'v2' });
  const submit = async (auth: string, name: string): Promise<number> => {
    const { data } = await ask('submit_image', { image_url: pictures.url(`/picture.png?${name}`), tag: name }, auth);
    return (data as { image_id: number }).image_id;
  };
  const notFound = { status: 'error', data: null, error: 'image not found' };

  it('are described, and tell the same over both', async () => {
    const { data } = await ask('submit_image', { image_url: pictures.url('/picture.png?amqp'), tag: 'of a program' });
    expect(data).toEqual({ image_id: expect.any(Number) });
    const { image_id } = data as { image_id: number };
    const status = await until('it is described', async () => {
      const { data: seen } = await ask('get_image', { image_id });
      return (seen as { status: string }).status === 'described' && (seen as object);
    });
    expect(status).toEqual((await system.client.get(`/images/${image_id}/status`)).json);
    expect(status).toMatchObject({ tag: 'of a program', description: expect.stringMatching(/./) });
    expect(await system.client.finishedIds()).toContain(image_id);
    expect((await ask('get_image', { image_id: String(image_id) })).data).toEqual(status);
  });

  it('are submitted once, however often their request comes, and another of the same id is another caller’s', async () => {
    const id = randomUUID();
    const image = { image_url: pictures.url('/picture.png?once') };
    const first = await ask('submit_image', image, '', id);
    expect(await ask('submit_image', image, '', id)).toEqual(first);
    const other = await ask('submit_image', { image_url: pictures.url('/square.png') }, '', id);
    expect(other).toMatchObject({ status: 'error', error: expect.stringContaining('id already used') });
    const theirs = await ask('submit_image', image, mine, id);
    expect(theirs.status).toBe('ok');
    expect(theirs.data).not.toEqual(first.data);
  });

  it('of a client are there for its key alone, over both', async () => {
    const image_id = await submit(mine, 'owned');
    expect((await ask('get_image', { image_id }, mine)).status).toBe('ok');
    expect((await ask('get_image', { image_id }, `Bearer ${mine}`)).data).toMatchObject({ tag: 'owned' });
    const user = await client.logIn();
    for (const auth of [anothers, '', user]) expect(await ask('get_image', { image_id }, auth)).toMatchObject(notFound);
    const path = `/images/${image_id}/status`;
    expect((await system.client.call('GET', path, undefined, { authorization: `Bearer ${mine}` })).status).toBe(200);
    expect((await system.client.call('GET', path, undefined, { authorization: `Bearer ${anothers}` })).status).toBe(
      404,
    );
  });

  it.each([
    ['submit_image', {}, 'image_url'],
    ['submit_image', { image_url: 7 }, 'image_url'],
    ['submit_image', { image_url: 'file:///etc/passwd' }, 'image_url'],
    ['submit_image', { image_url: 'https://example.com/a.png', tag: 'x'.repeat(129) }, 'tag'],
    ['submit_image', { image_url: 'https://example.com/a\0.png' }, 'image_url'],
    ['get_image', {}, 'image_id'],
    ['get_image', { image_id: { $gt: 0 } }, 'image_id'],
    ['get_image', { image_id: '1e3' }, 'image not found'],
    ['get_image', { image_id: '9007199254740993' }, 'image not found'],
    ['get_image', { image_id: -1 }, 'image not found'],
    ['get_image', { image_id: '../../etc/passwd' }, 'image not found'],
  ])('are not made of, nor found by, what is none: %s %j', async (action, data, word) => {
    expect(await ask(action, data)).toMatchObject({
      status: 'error',
      data: null,
      error: expect.stringContaining(word),
    });
  });

  it('are no business of the first version', async () => {
    const answer = await client.ask('submit_image', { image_url: pictures.url('/picture.png') });
    expect(answer).toMatchObject({ status: 'error', error: 'unknown action: v1.submit_image' });
  });

  it('are refused to a key that is none', async () => {
    const answer = await ask('submit_image', { image_url: pictures.url('/picture.png') }, `${mine.slice(0, -1)}x`);
    expect(answer).toMatchObject({ status: 'error', data: null });
  });

  it('need a key where keys are required, which tasks do not', async () => {
    const image_id = await submit('', 'before');
    await system.others[0]!.stop();
    await system.startOther('task-rpc', { API_KEYS: 'required' });
    const user = await client.logIn();
    for (const auth of ['', user, 'nonsense']) {
      const wanted = { status: 'error', data: null, error: 'Expected an API key for auth' };
      expect(await ask('submit_image', { image_url: pictures.url('/picture.png') }, auth)).toMatchObject(wanted);
      expect(await ask('get_image', { image_id }, auth)).toMatchObject(wanted);
    }
    const owned = await submit(mine, 'with a key');
    expect((await ask('get_image', { image_id: owned }, mine)).status).toBe('ok');
    expect(await ask('get_image', { image_id: owned }, anothers)).toMatchObject(notFound);
    expect((await ask('create_task', { title: 'by a token' }, user)).status).toBe('ok');
  });
});
