import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

interface Result {
  id: number;
  message: string;
  kind: string;
  result: string | null;
  error: string | null;
  created_at: string;
}

/** Real: message-service, task-consumer, broker, database. Messages come as a client of the queue sends them: plain, without an id. */
describe('messages of task_queue', () => {
  let system: SharedSystem;
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let pageUrl: string;

  beforeAll(async () => {
    system = await startSystem({ name: 'task-queue', workers: 0, others: ['message-service'] });
    const [service] = system.others;
    pageUrl = service!.url;
    await system.startOther('task-consumer', { GRPC_TARGET: `127.0.0.1:${service!.portOf('GRPC_PORT')}` });
    connection = await connect(system.brokerUrl);
    channel = await connection.createConfirmChannel();
    await channel.assertQueue('task_queue', { durable: true });
  }, 120_000);
  afterAll(async () => {
    await connection?.close();
    await system?.stop();
  }, 60_000);

  async function resultsAfter(after: number): Promise<Result[]> {
    const answer = await fetch(`${pageUrl}/api/results?after=${after}&limit=1000`);
    return ((await answer.json()) as { results: Result[] }).results;
  }

  async function send(messages: (string | Buffer)[]): Promise<void> {
    for (const message of messages) channel.sendToQueue('task_queue', Buffer.from(message), { persistent: true });
    await channel.waitForConfirms();
  }

  it('are answered, each once, those that nobody understands too', async () => {
    await send([
      'user42',
      'fact:6',
      'freq:abracadabra',
      'text:привет, мир',
      'fact:-1',
      'fact:10001',
      'fact:six',
      '',
      Buffer.from([0xff]),
    ]);
    const results = await until('all have their results', async () => {
      const found = await resultsAfter(0);
      return found.length >= 9 && found;
    });
    expect(results.map(({ message, kind, result, error }) => [message, kind, result ?? error])).toEqual([
      ['user42', 'ab', expect.stringMatching(/^[AB]$/)],
      ['fact:6', 'fact', '720'],
      ['freq:abracadabra', 'freq', 'a'],
      ['text:привет, мир', 'text', 'Обработано сервером: ПРИВЕТ, МИР'],
      ['fact:-1', 'fact', 'Expected n from 0 to 10000 but received -1'],
      ['fact:10001', 'fact', 'Expected n from 0 to 10000 but received 10001'],
      ['fact:six', 'fact', 'Expected an integer after fact: but received "six"'],
      ['', 'ab', 'Expected a message but received an empty one'],
      ['\ufffd', 'ab', 'Expected UTF-8 but received other bytes'],
    ]);
  });
});
