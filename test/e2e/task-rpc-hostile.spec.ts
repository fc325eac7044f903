import { randomUUID } from 'node:crypto';
import { describeWithFaults } from '../support/product.js';
import { TaskClient, type Answer } from '../support/task-client.js';
import { prepareTaskSystem, tokenOf, type TaskSystem } from '../support/task-system.js';
import { until } from '../support/until.js';

/** Real: task-rpc, broker and database. Whatever comes is answered, kept where it has to be, and harms nothing. */
describeWithFaults('hostile requests over AMQP', () => {
  let system: TaskSystem;
  let client: TaskClient;
  let auth: string;

  beforeAll(async () => {
    system = await prepareTaskSystem();
    await system.start();
    client = await TaskClient.open(system.virtualHost.url);
    auth = await client.logIn();
  });
  afterAll(async () => {
    await client?.close();
    await system?.stop();
  });
  beforeEach(async () => void (await client.channel.purgeQueue('api.requests.dlq')));

  const ask = (action: string, data: object = {}, options: Parameters<TaskClient['ask']>[2] = {}): Promise<Answer> =>
    client.ask(action, data, { auth, ...options });

  it('refuses tokens that are none of ours', async () => {
    const [header = '', payload = ''] = auth.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number; sub: string };
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const hs256 = { alg: 'HS256', typ: 'JWT' };
    const tokens = [
      '',
      'nonsense',
      unsigned,
      `${header}.${payload}.`,
      tokenOf(hs256, claims, 'another secret'),
      tokenOf(hs256, { ...claims, exp: claims.exp - 1_000_000 }),
      tokenOf(hs256, { sub: claims.sub }),
      tokenOf({ alg: 'HS512' }, claims),
    ];
    for (const token of tokens) {
      expect(await ask('list_tasks', {}, { auth: token })).toMatchObject({
        status: 'error',
        error: expect.stringContaining('bad token'),
      });
    }
    expect((await ask('list_tasks', {}, { auth: tokenOf(hs256, claims) })).status).toBe('ok');
  });

  it.each([
    ['no JSON', 'not json'],
    ['an array', '[1,2]'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '1e400'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x7b])],
    ['no id', '{"version":"v1","action":"health_check"}'],
    ['an id that is a number', '{"id":7,"version":"v1","action":"health_check"}'],
    ['an id with a NUL', '{"id":"a\\u0000b","version":"v1","action":"health_check"}'],
    ['an id of half a character', '{"id":"\\ud83d","version":"v1","action":"health_check"}'],
    ['an enormous id', `{"id":"${'x'.repeat(10_000)}","version":"v1","action":"health_check"}`],
    [
      'deep JSON',
      `{"id":"x","version":"v1","action":"health_check","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ],
    [
      'a body of more than a mebibyte',
      JSON.stringify({ id: 'x', data: { password: 'hunter2', title: 'y'.repeat(1_100_000) } }),
    ],
  ])('answers %s under the message’s correlation id, and keeps a copy', async (_, body) => {
    const correlationId = randomUUID();
    const { content, properties } = await client.send(body, { correlationId });
    expect(JSON.parse(content.toString())).toMatchObject({
      correlation_id: correlationId,
      status: 'error',
      data: null,
    });
    expect(properties.correlationId).toBe(correlationId);
    const letter = await client.takeDead();
    expect(letter?.correlation_id).toBe(correlationId);
    expect(JSON.stringify(letter).length).toBeLessThan(250_000);
    expect(JSON.stringify(letter)).not.toContain('hunter2');
    expect((await ask('health_check')).status).toBe('ok');
  });

  it.each([
    ['create_task', {}, 'title'],
    ['create_task', { title: '' }, 'title'],
    ['create_task', { title: 'x'.repeat(1_001) }, 'title'],
    ['create_task', { title: 'x'.repeat(900_000) }, 'title'],
    ['create_task', { title: 'a\0b' }, 'title'],
    ['create_task', { title: 'x', description: 'a\0b' }, 'description'],
    ['create_task', { title: ['x'] }, 'title'],
    ['create_task', { title: 7 }, 'title'],
    ['create_task', { title: 'x', description: {} }, 'description'],
    ['create_task', { title: { $gt: '' } }, 'title'],
    ['create_task', { title: 'x', due_date: '2026-02-30' }, 'due_date'],
    ['create_task', { title: 'x', due_date: 'tomorrow' }, 'due_date'],
    ['create_task', { title: 'x', due_date: '2026-13-01' }, 'due_date'],
    ['create_task', { title: 'x', due_date: '2026-01-01T25:00' }, 'due_date'],
    ['create_task', { title: 'x', due_date: 1_767_225_600 }, 'due_date'],
    ['create_task', { title: 'x', due_date: '' }, 'due_date'],
    ['get_task', {}, 'task_id'],
    ['get_task', { task_id: '../../etc/passwd' }, 'task not found'],
    ['update_task', { task_id: randomUUID(), status: 'finished' }, 'status'],
    ['update_task', { task_id: 7, title: 'x' }, 'task_id'],
    ['delete_task', { task_id: 'a\0b' }, 'task_id'],
    ['register', { email: 'a\0b@example.com', password: 'x', full_name: 'x' }, 'email'],
    ['register', { email: 'ada@example.com', password: 'a\0b', full_name: 'x' }, 'password'],
    ['register', { email: 'ada@example.com', password: { length: 8 }, full_name: 'x' }, 'password'],
    ['login', { email: ['ada@example.com'], password: 'x' }, 'email'],
    ['register', { email: 'nobody', password: 'x', full_name: 'x' }, 'email'],
    ['__proto__', {}, 'unknown action'],
    ['no_such_action', {}, 'unknown action'],
  ])('refuses %s %.100j, naming what is wrong', async (action, data, word) => {
    expect(await ask(action, data)).toMatchObject({
      status: 'error',
      data: null,
      error: expect.stringContaining(word),
    });
  });

  it('takes a title of a thousand characters, whatever they are', async () => {
    const title = '🙂'.repeat(1_000);
    expect((await ask('create_task', { title })).data).toMatchObject({ title });
    expect((await ask('create_task', { title: 'half \ud83d' })).data).toMatchObject({ title: 'half \ufffd' });
  });

  it('takes no notice of fields that it does not know, wherever they are', async () => {
    const id = randomUUID();
    const data = '{"title":"known","id":"mine","owner_id":"another","constructor":1,"__proto__":{"title":"other"}}';
    const body = `{"id":"${id}","version":"v1","action":"create_task","data":${data},"auth":"${auth}","admin":true}`;
    const answer = JSON.parse((await client.send(body, { correlationId: id })).content.toString()) as Answer;
    expect(answer).toMatchObject({ status: 'ok', data: { title: 'known', priority: 'medium' } });
    expect(answer.data).toMatchObject({ id: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(Object.keys(answer.data as object)).toHaveLength(9);
    expect((await ask('get_task', { task_id: (answer.data as { id: string }).id })).data).toEqual(answer.data);
  });

  it.each([
    ['version', { version: 1 }],
    ['unknown action: v3.list_tasks', { version: 'v3' }],
    ['action', { action: ['list_tasks'] }],
    ['data', { data: [] }],
    ['data', { data: 'text' }],
    ['auth', { auth: { token: 'x' } }],
  ])('refuses a request of the wrong types: %s in %j', async (word, wrong) => {
    const id = randomUUID();
    const body = JSON.stringify({ id, version: 'v1', action: 'list_tasks', data: {}, auth, ...wrong });
    const answer = JSON.parse((await client.send(body, { correlationId: id })).content.toString()) as Answer;
    expect(answer).toMatchObject({
      correlation_id: id,
      status: 'error',
      data: null,
      error: expect.stringContaining(word),
    });
  });

  it('answers a message that is played again as the first time, and gives it one dead letter', async () => {
    const id = randomUUID();
    const body = JSON.stringify({ id, version: 'v1', action: 'create_task', data: { title: 7 }, auth });
    const texts = new Set<string>();
    for (let times = 0; times < 3; times += 1)
      texts.add((await client.send(body, { correlationId: id })).content.toString());
    expect(texts.size).toBe(1);
    expect(await client.takeDead()).toMatchObject({ correlation_id: id });
    expect(await client.takeDead()).toBeUndefined();
  });

  it.each([
    { 'x-retry-count': -1 },
    { 'x-retry-count': 1e300 },
    { 'x-retry-count': 'many' },
    { 'x-retry-count': { a: 1 } },
  ])('counts retries by itself, whatever a client says: %j', async (headers) => {
    const id = randomUUID();
    const data = { title: 'x', simulate_temp_error: true };
    expect(await ask('create_task', data, { id, properties: { headers } })).toMatchObject({ status: 'error' });
    expect(await client.takeDead()).toMatchObject({ headers: { 'x-retry-count': 3 } });
  });

  it('sends answers that name no queue to api.responses, and those that name one of its own', async () => {
    const own = [
      'api.requests',
      'api.requests.retry',
      'api.requests.dlq',
      'caption.jobs',
      'notifier.events',
      'task_queue',
    ];
    for (const replyTo of [undefined, ...own]) {
      const id = randomUUID();
      client.publish(JSON.stringify({ id, version: 'v1', action: 'health_check' }), { correlationId: id, replyTo });
      const message = await until('it is answered', () => client.channel.get('api.responses', { noAck: true }));
      expect(JSON.parse(message.content.toString())).toMatchObject({
        correlation_id: id,
        status: replyTo === undefined ? 'ok' : 'error',
      });
    }
  });
});
