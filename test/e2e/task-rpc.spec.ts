import { createHmac, randomUUID } from 'node:crypto';
import { TaskClient, declareTaskTopology, type Answer } from '../support/task-client.js';
import { prepareTaskSystem, retryDelayMs, type TaskSystem } from '../support/task-system.js';
import { until } from '../support/until.js';

const secret = 'a secret of thirty-two characters or more';

/** A token made by hand. */
function tokenOf(header: object, payload: object, key = secret): string {
  const encoded = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${encoded}.${createHmac('sha256', key).update(encoded).digest('base64url')}`;
}

describe('the API over AMQP', () => {
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
  const rowsOf = async (id: string): Promise<number> =>
    (await system.database.query('SELECT FROM processed_requests WHERE id = $1', [id])).length;
  const saidOf = (id: string): string[] => system.messages.filter((message) => message.includes(id));

  it('answers a health check under the request’s id, and says so in its log', async () => {
    const id = randomUUID();
    const answer = await ask('health_check', {}, { id, auth: '' });
    expect(answer).toEqual({ correlation_id: id, status: 'ok', data: { status: 'ok' }, error: null });
    expect(client.received.at(-1)?.properties.correlationId).toBe(id);
    await until('it is logged', () => saidOf(id)[0] === `ok: ${id} v1.health_check`);
  });

  it('is declared by its clients as by the server', async () => {
    await declareTaskTopology(client.channel, retryDelayMs);
  });

  it('registers, logs in, and refuses a wrong password and an address that is taken', async () => {
    const email = `${randomUUID()}@Example.com`;
    const user = { email, password: 'correct horse', full_name: 'Ada' };
    const registered = await ask('register', user, { auth: '' });
    expect(registered.data).toEqual({ id: expect.any(String), email, full_name: 'Ada' });
    const again = await ask('register', { ...user, email: email.toUpperCase() }, { auth: '' });
    expect(again).toMatchObject({ status: 'error', data: null, error: expect.stringContaining('email') });
    const login = await ask('login', { email, password: 'correct horse' }, { auth: '' });
    expect(login.data).toEqual({ access_token: expect.any(String), token_type: 'bearer' });
    const payload = (login.data as { access_token: string }).access_token.split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ exp: expect.any(Number) });
    expect(await ask('login', { email, password: 'wrong' }, { auth: '' })).toMatchObject({ status: 'error' });
  });

  it('makes, lists, shows, changes and deletes tasks', async () => {
    const own = { auth: `Bearer ${await client.logIn()}` };
    const first = await ask('create_task', { title: 'Milk', due_date: '2026-12-24', priority: 'high' }, own);
    expect(first.data).toEqual({
      id: expect.any(String),
      owner_id: expect.any(String),
      title: 'Milk',
      description: null,
      status: 'todo',
      priority: 'medium', // the first version knows no priorities
      due_date: '2026-12-24',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const second = await ask('create_task', { title: 'Bread', priority: 'low' }, { ...own, version: 'v2' });
    expect(second.data).toMatchObject({ title: 'Bread', priority: 'low' });
    expect((await ask('list_tasks', {}, own)).data).toEqual([second.data, first.data]);
    const { id: task_id } = first.data as { id: string };
    const changes = { task_id, status: 'in_progress', priority: 'high', due_date: null };
    const changed = await ask('update_task', changes, { ...own, version: 'v2' });
    expect(changed.data).toMatchObject({ title: 'Milk', status: 'in_progress', priority: 'high', due_date: null });
    expect((await ask('get_task', { task_id }, own)).data).toEqual(changed.data);
    expect((await ask('delete_task', { task_id }, own)).data).toEqual({ deleted: true, task_id });
    expect(await ask('get_task', { task_id }, own)).toMatchObject({ status: 'error', error: 'task not found' });
  });

  it('shows nobody the tasks of another', async () => {
    const { data } = await ask('create_task', { title: 'mine' });
    const { id: task_id } = data as { id: string };
    const other = { auth: await client.logIn() };
    for (const action of ['get_task', 'update_task', 'delete_task']) {
      expect(await ask(action, { task_id, title: 'theirs' }, other)).toMatchObject({ error: 'task not found' });
    }
    expect((await ask('list_tasks', {}, other)).data).toEqual([]);
    expect((await ask('get_task', { task_id })).data).toEqual(data);
  });

  it('serves one request once, and answers it byte by byte the same', async () => {
    const id = randomUUID();
    const answers = new Set<string>();
    for (let times = 0; times < 3; times += 1)
      answers.add(await client.askText('create_task', { title: 'once' }, { id, auth }));
    expect(answers.size).toBe(1);
    expect(await rowsOf(id)).toBe(1);
    const [row] = await system.database.query<{ response_json: object }>(
      'SELECT response_json FROM processed_requests WHERE id = $1',
      [id],
    );
    expect(row?.response_json).toEqual(JSON.parse([...answers][0]!));
    await until('it is logged', () => saidOf(id).length === 3);
    expect(saidOf(id)).toEqual([`ok: ${id} v1.create_task`, ...Array(2).fill(`idem-replay: ${id} v1.create_task`)]);
  });

  it('serves fifty copies over five connections once', async () => {
    const id = randomUUID();
    const own = await client.logIn();
    const clients = await Promise.all(Array.from({ length: 5 }, () => TaskClient.open(system.virtualHost.url)));
    const body = JSON.stringify({ id, version: 'v1', action: 'create_task', data: { title: 'one' }, auth: own });
    for (let copy = 0; copy < 50; copy += 1) clients[copy % 5]!.publish(body, { correlationId: id });
    await until('all are answered', () => clients.every(({ received }) => received.length === 10));
    expect(new Set(clients.flatMap(({ received }) => received.map(({ content }) => content.toString()))).size).toBe(1);
    expect((await ask('list_tasks', {}, { auth: own })).data).toHaveLength(1);
    expect(await rowsOf(id)).toBe(1);
    await Promise.all(clients.map((each) => each.close()));
  });

  it('takes another caller’s same id for another request, and other content of the same caller for none', async () => {
    const id = randomUUID();
    const [mine, theirs] = [await ask('create_task', { title: 'mine' }, { id }), await client.logIn()];
    expect((await ask('create_task', { title: 'theirs' }, { id, auth: theirs })).data).toMatchObject({
      title: 'theirs',
    });
    const other = await ask('create_task', { title: 'other' }, { id });
    expect(other).toMatchObject({ status: 'error', data: null, error: expect.stringContaining('id already used') });
    expect(other.error).not.toContain('mine');
    expect(await ask('create_task', { title: 'mine' }, { id })).toEqual(mine);
    await ask('create_task', { title: 'other' }, { id });
    expect(await client.takeDead()).toMatchObject({ reason: other.error, request: { data: { title: 'other' } } });
    expect(await client.takeDead()).toBeUndefined();
  });

  it('tries again what may pass, three times, and then gives it up', async () => {
    const id = randomUUID();
    const answer = await ask(
      'create_task',
      { title: 'x', simulate_temp_error: true },
      { id, properties: { headers: { trace: 'kept' } } },
    );
    expect(answer).toMatchObject({ status: 'error', error: expect.stringMatching(/^retries exhausted: ./) });
    expect(await client.takeDead()).toMatchObject({
      failed_at: expect.any(String),
      reason: answer.error,
      request: { id, version: 'v1', action: 'create_task', data: { title: 'x' }, auth: '***' },
      correlation_id: id,
      reply_to: client.replyTo,
      headers: { 'x-retry-count': 3, trace: 'kept' },
    });
    await until('it is logged', () => saidOf(id).length === 4);
    expect(saidOf(id)).toEqual([
      ...[1, 2, 3].map((count): unknown => expect.stringMatching(new RegExp(`^retry #${count} for ${id} because .`))),
      `dead-lettered: ${id} err=${answer.error}`,
    ]);
  });

  it('refuses at once what will never do, with one copy however often it is sent, its secrets masked', async () => {
    const email = `${randomUUID()}@example.com`;
    const [id, data] = [randomUUID(), { email, password: 'hunter2' }];
    const answer = await ask('login', data, { id, auth: 'hunter2' });
    expect(await ask('login', data, { id, auth: 'hunter2' })).toEqual(answer);
    expect(answer.status).toBe('error');
    const letter = await client.takeDead();
    expect(letter).toMatchObject({ request: { data: { email, password: '***' }, auth: '***' }, headers: {} });
    expect(await client.takeDead()).toBeUndefined();
    await until('it is logged', () => saidOf(id).some((line) => line === `dead-lettered: ${id} err=${answer.error}`));
    expect(system.messages.join('\n')).not.toContain('hunter2');
  });

  it.each([
    ['create_task', {}, 'title'],
    ['create_task', { title: '' }, 'title'],
    ['create_task', { title: 'x'.repeat(1_001) }, 'title'],
    ['create_task', { title: 'a\0b' }, 'title'],
    ['create_task', { title: { $gt: '' } }, 'title'],
    ['create_task', { title: 'x', due_date: '2026-02-30' }, 'due_date'],
    ['create_task', { title: 'x', due_date: 'tomorrow' }, 'due_date'],
    ['get_task', {}, 'task_id'],
    ['get_task', { task_id: '../../etc/passwd' }, 'task not found'],
    ['update_task', { task_id: randomUUID(), status: 'finished' }, 'status'],
    ['register', { email: 'nobody', password: 'x', full_name: 'x' }, 'email'],
    ['__proto__', {}, 'unknown action'],
    ['no_such_action', {}, 'unknown action'],
  ])('refuses %s %j, naming what is wrong', async (action, data, word) => {
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
    ['no id', '{"version":"v1","action":"health_check"}'],
    ['an id that is a number', '{"id":7,"version":"v1","action":"health_check"}'],
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

  it('sends answers that name no queue to api.responses, and those that name one of its own', async () => {
    for (const replyTo of [undefined, 'api.requests', 'caption.jobs']) {
      const id = randomUUID();
      client.publish(JSON.stringify({ id, version: 'v1', action: 'health_check' }), { correlationId: id, replyTo });
      const message = await until('it is answered', () => client.channel.get('api.responses', { noAck: true }));
      expect(JSON.parse(message.content.toString())).toMatchObject({
        correlation_id: id,
        status: replyTo === undefined ? 'ok' : 'error',
      });
    }
  });

  it('answers direct reply-to, a retried request too', async () => {
    const direct = await TaskClient.open(system.virtualHost.url, 'amq.rabbitmq.reply-to');
    expect((await direct.ask('health_check')).status).toBe('ok');
    expect(await direct.ask('health_check', { simulate_temp_error: true })).toMatchObject({ status: 'error' });
    await direct.close();
  });

  it('goes on when the queue of an answer is gone', async () => {
    const id = randomUUID();
    client.publish(JSON.stringify({ id, version: 'v1', action: 'health_check' }), {
      correlationId: id,
      replyTo: 'gone',
    });
    await until('it is logged', () => saidOf(id).some((line) => line.startsWith('undeliverable')));
    expect((await ask('health_check')).status).toBe('ok');
  });
});
