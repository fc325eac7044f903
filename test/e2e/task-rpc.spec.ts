import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithFaults } from '../support/product.js';
import { TaskClient, declareTaskTopology, type Answer } from '../support/task-client.js';
import { prepareTaskSystem, retryDelayMs, taskSecret, tokenOf, type TaskSystem } from '../support/task-system.js';
import { until } from '../support/until.js';

describeWithFaults('the API over AMQP', () => {
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

  it('is declared by its clients as by the server, also where a policy bounds its queues', async () => {
    await declareTaskTopology(client.channel, retryDelayMs);
    const { virtualHost } = system;
    await virtualHost.setPolicy('api-kept', '^api[.](responses|requests[.]dlq)$', { 'max-length': 2 });
    await declareTaskTopology(client.channel, retryDelayMs);
    for (let letter = 0; letter < 3; letter += 1) await ask('no_such_action', { letter });
    await until('the oldest letter is gone', async () => {
      return (await client.channel.checkQueue('api.requests.dlq')).messageCount === 2;
    });
    await virtualHost.removePolicy('api-kept');
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

  it('signs tokens with a key file where there is one, and takes no others then', async () => {
    const other = await prepareTaskSystem();
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const file = join(other.dataDirectory, 'key.pem');
    await writeFile(file, privateKey);
    await other.start({ JWT_PRIVATE_KEY_FILE: file });
    const their = await TaskClient.open(other.virtualHost.url);
    const token = await their.logIn();
    const [header = '', payload = '', signature = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'RS256' });
    expect(verify('sha256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect((await their.ask('list_tasks', {}, { auth: token })).status).toBe('ok');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    for (const key of [publicKey, taskSecret]) {
      const forged = tokenOf({ alg: 'HS256' }, claims, key);
      expect(await their.ask('list_tasks', {}, { auth: forged })).toMatchObject({
        error: expect.stringContaining('bad token'),
      });
    }
    await their.close();
    await other.stop();
  });

  it('does not start in production without a secret, and says so', async () => {
    await expect(system.start({ NODE_ENV: 'production', JWT_SECRET: '' })).rejects.toThrow('exit code 1');
    expect(system.lines.join('\n')).toMatch(/Expected .*JWT_SECRET.* received neither/);
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
