import { join } from 'node:path';
import { PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { runTool } from '../support/run-tool.js';
import { operatorToken, startSystem, type SharedSystem } from '../support/running-system.js';
import { repository } from '../support/setup-scripts.js';
import { TaskResults } from '../support/task-results.js';

/** Real: the tools as npm runs them, message-service, task-consumer, API, a caption worker, broker, database. */
describeWithFaults('the tools of gRPC and of task_queue', () => {
  let system: SharedSystem;
  let pictures: PictureHost;
  let addresses: Record<string, string>;
  let tasks: TaskResults;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'grpc-tools', workers: 1, others: ['message-service'] });
    const service = system.others[0]!;
    addresses = { GRPC_TARGET: `127.0.0.1:${service.portOf('GRPC_PORT')}`, RABBITMQ_URL: system.brokerUrl };
    tasks = new TaskResults(service.url, system.brokerUrl);
    await system.startOther('task-consumer', { GRPC_TARGET: addresses['GRPC_TARGET']! });
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
  }, 300_000);

  const client = (...words: string[]) => runTool('grpc-client', words, addresses);
  const lastLine = (output: string) => JSON.parse(output.trim().split('\n').at(-1)!) as Record<string, unknown>;

  it('ask directly what a message asks for', async () => {
    expect(await client('user42', 'fact:6', 'freq:abracadabra', 'text:привет')).toEqual({
      code: 0,
      output: 'user42 → B\nfact:6 → 720\nfreq:abracadabra → a\ntext:привет → Обработано сервером: ПРИВЕТ\n',
    });
  });

  it('submit a picture by its URL, watch it, and get it', async () => {
    const { code, output } = await client('submit', pictures.url('/picture.png', 'grpc-tools'), 'mine');
    expect(code).toBe(0);
    const { image_id: id } = lastLine(output) as { image_id: number };
    const watched = await client('watch', String(id));
    expect(watched.code).toBe(0);
    expect(lastLine(watched.output)).toMatchObject({ image_id: id, status: 'described', tag: 'mine' });
    expect(lastLine((await client('get', String(id))).output)).toEqual(lastLine(watched.output));
  });

  it('upload a picture', async () => {
    const { code, output } = await client('upload', join(repository, 'samples/ring.jpg'));
    expect(code).toBe(0);
    const { image_id: id } = lastLine(output);
    const { output: watched } = await client('watch', String(id));
    expect(lastLine(watched)).toMatchObject({ image_id: id, status: 'described' });
  });

  it.each([
    [['fact:10001'], /^OUT_OF_RANGE: Expected n from 0 to 10000/],
    [['fact:six'], /^Expected an integer but received "six"$/m],
    [['get', ''], /^Expected an integer but received ""$/m],
    [['submit', 'no url at all'], /^INVALID_ARGUMENT: /],
    [['get', '999999999'], /^NOT_FOUND: /],
    [['watch', '999999999'], /^NOT_FOUND: /],
    [['upload', join(repository, 'package.json')], /^INVALID_ARGUMENT: Expected the bytes of a/],
    [['upload', '/no/such/file'], /ENOENT/],
  ])('say why there is no answer to %j, and end with 1', async (words, expected) => {
    const { code, output } = await client(...words);
    expect(output).toMatch(expected);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it('say how they are used, and end with 2', async () => {
    expect(await client()).toMatchObject({ code: 2, output: expect.stringMatching(/^Usage: /) });
    expect(await runTool('producer', [], addresses)).toMatchObject({
      code: 2,
      output: expect.stringMatching(/^Usage: /),
    });
  });

  it('show a key where keys are asked for', async () => {
    const strict = await system.startOther('message-service', { API_KEYS: 'required' });
    const target = `127.0.0.1:${strict.portOf('GRPC_PORT')}`;
    expect(await runTool('grpc-client', ['fact:6'], { GRPC_TARGET: target })).toMatchObject({ code: 1 });
    const withKey = { GRPC_TARGET: target, GRPC_API_KEY: operatorToken };
    expect(await runTool('grpc-client', ['fact:6'], withKey)).toEqual({ code: 0, output: 'fact:6 → 720\n' });
  });

  it('send messages to the queue, which stand between blanks or commas', async () => {
    const before = await tasks.last();
    expect(await runTool('producer', ['user42', 'fact:6,freq:abracadabra'], addresses)).toEqual({
      code: 0,
      output: ' [x] sent: user42\n [x] sent: fact:6\n [x] sent: freq:abracadabra\n',
    });
    const results = await tasks.untilThereAre(3, before);
    expect(results.map(({ message, kind, error }) => ({ message, kind, error }))).toEqual([
      { message: 'user42', kind: 'ab', error: null },
      { message: 'fact:6', kind: 'fact', error: null },
      { message: 'freq:abracadabra', kind: 'freq', error: null },
    ]);
  });

  it('say that the broker is away, and send nothing', async () => {
    const away = { RABBITMQ_URL: 'amqp://127.0.0.1:1' };
    expect(await runTool('producer', ['user42'], away)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Not sent: /),
    });
  });
});
