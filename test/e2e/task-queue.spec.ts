import type { RunningApplication } from '../../scripts/setup/applications.cjs';
import { describeWithFaults } from '../support/product.js';
import { startPrivateSystem, type PrivateSystem } from '../support/running-system.js';
import { TaskResults } from '../support/task-results.js';
import { until } from '../support/until.js';

const count = 200;

/** Real: message-service, task-consumers, broker and database, each of which is killed or frozen. */
describeWithFaults('messages of task_queue', () => {
  let system: PrivateSystem;
  let service: RunningApplication;
  let tasks: TaskResults;
  let consumers: RunningApplication[];

  beforeAll(async () => {
    system = await startPrivateSystem({ name: 'task-queue', workers: 0, others: ['message-service'] });
    service = system.others[0]!;
    tasks = new TaskResults(service.url, system.brokerUrl);
    consumers = [await startConsumer(), await startConsumer()];
  }, 300_000);
  afterAll(() => system?.stop(), 60_000);

  function startConsumer(): Promise<RunningApplication> {
    const target = { GRPC_TARGET: `127.0.0.1:${service.portOf('GRPC_PORT')}`, GRPC_TIMEOUT_MS: '1000' };
    return system.startOther('task-consumer', target);
  }

  /** What waits in the queue, with what consumers hold of it. */
  async function queued(): Promise<number> {
    const queues = await system.broker.control('--quiet', 'list_queues', 'name', 'messages');
    return Number(/^task_queue\t(\d+)$/m.exec(queues)?.[1]);
  }

  /** Resolves when every consumer has a message that it could not have answered since. */
  async function untilConsumersWait(): Promise<void> {
    const before = await Promise.all(consumers.map(failuresOf));
    await until('the consumers wait', async () => {
      const now = await Promise.all(consumers.map(failuresOf));
      return now.every((failures, index) => failures > before[index]!);
    });
  }

  async function failuresOf({ url }: RunningApplication): Promise<number> {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const counts = metrics.matchAll(/^messaging_process_duration_seconds_count\{.*error_type="[^"]+".*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Messages of which each comes several times: equal ones have a result each. */
  const messages = Array.from({ length: count }, (_, index) => `fact:${index % 40}`);

  /** Sends them, lets `disturb` do its worst once some have their results, and expects one for each. */
  async function expectOneEach(disturb: () => Promise<void>): Promise<void> {
    const before = await tasks.last();
    await tasks.send(messages);
    await tasks.untilThereAre(10, before);
    await disturb();
    await tasks.untilThereAre(count, before, 90_000);
    await until('nothing is queued or in hand', async () => (await queued()) === 0, { within: 60_000, every: 500 });
    const results = await tasks.after(before);
    expect(results.map(({ message }) => message).sort()).toEqual([...messages].sort());
    expect(results.filter(({ error }) => error !== null)).toEqual([]);
    expect(results.find(({ message }) => message === 'fact:6')).toMatchObject({ kind: 'fact', result: '720' });
  }

  it('are answered, those that nobody understands too', async () => {
    const before = await tasks.last();
    const odd = ['user42', 'freq:abracadabra', 'text:привет, мир', 'fact:-1', 'fact:10001', 'fact:six', ''];
    await tasks.send([...odd, Buffer.from([0xff])]);
    const results = await tasks.untilThereAre(8, before);
    const found = new Map(results.map(({ message, kind, result, error }) => [message, { kind, result, error }]));
    expect(Object.fromEntries(found)).toEqual({
      user42: { kind: 'ab', result: expect.stringMatching(/^[AB]$/), error: null },
      'freq:abracadabra': { kind: 'freq', result: 'a', error: null },
      'text:привет, мир': { kind: 'text', result: 'Обработано сервером: ПРИВЕТ, МИР', error: null },
      'fact:-1': { kind: 'fact', result: null, error: 'Expected n from 0 to 10000 but received -1' },
      'fact:10001': { kind: 'fact', result: null, error: 'Expected n from 0 to 10000 but received 10001' },
      'fact:six': { kind: 'fact', result: null, error: 'Expected an integer after fact: but received "six"' },
      '': { kind: 'ab', result: null, error: 'Expected a message but received an empty one' },
      '\ufffd': { kind: 'ab', result: null, error: 'Expected UTF-8 but received other bytes' },
    });
  });

  it('have one result each when a consumer is killed again and again', async () => {
    await expectOneEach(async () => {
      for (let round = 0; round < 3; round += 1) {
        await consumers.shift()!.kill();
        consumers.push(await startConsumer());
      }
    });
  }, 300_000);

  it('have one result each when the gRPC service is frozen and goes on', async () => {
    await expectOneEach(async () => {
      service.freeze();
      await untilConsumersWait();
      service.thaw();
    });
  }, 300_000);

  it('have one result each when the gRPC service is killed', async () => {
    await expectOneEach(async () => {
      const port = { GRPC_PORT: String(service.portOf('GRPC_PORT')) };
      await service.kill();
      await untilConsumersWait();
      service = await system.startOther('message-service', port);
      tasks = new TaskResults(service.url, system.brokerUrl);
    });
  }, 300_000);

  it('have one result each when a consumer is frozen until its messages are another’s', async () => {
    await expectOneEach(async () => {
      const [frozen] = consumers;
      frozen!.freeze();
      await until('all others are answered', async () => (await tasks.waiting()) === 0, { within: 60_000 });
      frozen!.thaw();
    });
  }, 300_000);

  it('have one result each when the broker is killed', async () => {
    await expectOneEach(async () => {
      await system.broker.kill();
      await system.broker.restart();
    });
  }, 240_000);

  it('have one result each when the broker is restarted', async () => {
    await expectOneEach(() => system.broker.restart());
  }, 240_000);

  it('have one result each when the database is away for a while', async () => {
    await expectOneEach(async () => {
      await system.database.stop();
      await untilConsumersWait();
      await system.database.restart();
    });
  }, 300_000);

  it('have one result each when everything is killed at once', async () => {
    await expectOneEach(async () => {
      const port = { GRPC_PORT: String(service.portOf('GRPC_PORT')) };
      const { broker, database } = system;
      await Promise.all([...consumers, service, broker, database].map((part) => part.kill()));
      await Promise.all([broker.restart(), database.restart()]);
      service = await system.startOther('message-service', port);
      tasks = new TaskResults(service.url, system.brokerUrl);
      consumers = [await startConsumer(), await startConsumer()];
    });
  }, 300_000);
});
