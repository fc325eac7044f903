import { AmqpLink } from '../support/network/amqp-link.js';
import { publishOf, settlement } from '../support/network/amqp-predicates.js';
import { describeWithFaults } from '../support/product.js';
import type { RunningApplication } from '../support/setup-scripts.js';
import { TaskClient } from '../support/task-client.js';
import { TaskLoad } from '../support/task-load.js';
import { preparePrivateTaskSystem, type PrivateTaskSystem } from '../support/task-system.js';
import { until } from '../support/until.js';

/** Real: task-rpc, and a broker and a database of the test's own; each of them is killed or frozen while it has work. */
describeWithFaults('requests over AMQP, whatever breaks', () => {
  let system: PrivateTaskSystem;
  let server: RunningApplication;
  let load: TaskLoad;

  beforeAll(async () => {
    system = await preparePrivateTaskSystem();
    server = await system.start();
  }, 300_000);
  afterAll(() => system?.stop(), 120_000);
  beforeEach(async () => {
    load = await TaskLoad.open(system.broker.url);
  });
  afterEach(() => load?.close());

  /** Every request has one task, and one answer however often it came. */
  async function expectEachOnce(count: number): Promise<void> {
    expect(load.titles).toHaveLength(count);
    const different = load.different();
    expect(different.filter((texts) => texts.length !== 1)).toEqual([]);
    const tasks = await load.tasks();
    expect(tasks.map(({ title }) => title).sort()).toEqual(load.titles);
    const answered = different.map(([text]) => (JSON.parse(text!) as { data: { id: string } }).data.id);
    expect(tasks.map(({ id }) => id).sort()).toEqual(answered.sort());
  }
  const replays = (): number => system.messages.filter((message) => message.startsWith('idem-replay: ')).length;

  it('have one effect each, two thousand of them, when the server is killed ten times meanwhile', async () => {
    const running = load.run(2_000);
    for (let kill = 1; kill <= 10; kill += 1) {
      await load.untilAnswered(kill * 180);
      await server.kill();
      server = await system.start();
      load.sendAgain();
    }
    await running;
    await expectEachOnce(2_000);
    expect(replays()).toBeGreaterThan(0);
  }, 300_000);

  it('are answered by another when their server was killed after its commit and before its answer', async () => {
    await server.stop();
    const link = await AmqpLink.open(system.broker.url);
    const client = await TaskClient.open(system.broker.url);
    server = await system.start({ RABBITMQ_URL: link.url });
    const held = link.hold(publishOf(client.replyTo));
    const answered = client.ask('create_task', { title: 'committed' }, { id: 'committed', auth: load.auth });
    const answer = await held;
    const statement = `SELECT response_json FROM processed_requests WHERE id = 'committed'`;
    const [row] = await system.database.execute(statement);
    await server.kill();
    answer.drop();
    await link.close();
    server = await system.start();
    expect(await answered).toEqual(row!['response_json']);
    await until('it is told', () => system.messages.includes('idem-replay: committed v1.create_task'));
    expect(await load.tasks()).toHaveLength(1);
    await client.close();
  }, 120_000);

  it('are answered once more, with the same words, when their server was killed before its ack', async () => {
    await server.stop();
    const link = await AmqpLink.open(system.broker.url);
    const client = await TaskClient.open(system.broker.url);
    server = await system.start({ RABBITMQ_URL: link.url });
    const held = link.hold(settlement);
    await client.ask('create_task', { title: 'not acked' }, { auth: load.auth });
    const ack = await held;
    await server.kill();
    ack.drop();
    await link.close();
    server = await system.start();
    await until('it is answered again', () => client.received.length === 2);
    expect(new Set(client.received.map(({ content }) => content.toString())).size).toBe(1);
    expect(await load.tasks()).toHaveLength(1);
    await client.close();
  }, 120_000);

  it('have one effect each when copies of them come to two servers at once, one of which is killed', async () => {
    const other = await system.start();
    const running = load.run(400, 200);
    for (let copies = 0; copies < 4; copies += 1) load.sendAgain();
    await load.untilAnswered(200);
    await other.kill();
    load.sendAgain();
    await running;
    await expectEachOnce(400);
  }, 120_000);

  it('are served by another while a server is frozen, and what that one still does afterwards counts no more', async () => {
    const running = load.run(600);
    await load.untilAnswered(100);
    server.freeze();
    const frozen = server;
    try {
      server = await system.start();
      await running;
    } finally {
      frozen.thaw();
    }
    await until('it has lost what it held', async () => (await fetch(`${frozen.url}/health/ready`)).ok);
    const more = load.run(200);
    await frozen.stop();
    await more;
    await expectEachOnce(800);
  }, 120_000);

  it('are answered once each when their server is told to end, and another takes over', async () => {
    const running = load.run(600);
    await load.untilAnswered(100);
    const [next] = await Promise.all([system.start(), server.stop()]);
    server = next;
    await running;
    await expectEachOnce(600);
    expect(load.answers).toBe(600);
  }, 120_000);

  it('wait for the database; those that are given up meanwhile are done when they are sent again', async () => {
    const running = load.run(600);
    await load.untilAnswered(100);
    await system.database.kill();
    await until('some are given up', () =>
      system.messages.some((message) => /^dead-lettered: .* err=retries/.test(message)),
    );
    await system.database.restart();
    await running;
    expect(await load.sendGivenUpAgain()).toBeGreaterThan(0);
    await expectEachOnce(600);
  }, 120_000);

  it('are kept by the broker when that is killed', async () => {
    const running = load.run(600);
    await load.untilAnswered(100);
    await system.broker.kill();
    await system.broker.restart();
    await load.connect();
    load.sendAgain();
    await running;
    await expectEachOnce(600);
  }, 180_000);
});
