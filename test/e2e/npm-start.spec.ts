import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createOwnDatabase, type OwnDatabase } from '../support/own-database.js';
import { describeWithFaults } from '../support/product.js';
import { startChildProcess, type RunningChildProcess } from '../support/setup-scripts.js';
import { until } from '../support/until.js';
import { provideVirtualHost, type VirtualHost } from '../support/virtual-host.js';

const processNames = [
  'api',
  'caption-worker-1',
  'caption-worker-2',
  'image-worker-1',
  'notifier',
  'task-rpc',
  'message-service',
  'task-consumer',
];

/** Real: `npm start` and all that it starts, on a broker and a database that are there. */
describeWithFaults('npm start', () => {
  let broker: VirtualHost;
  let database: OwnDatabase;
  let dataDirectory: string;
  let start: RunningChildProcess;
  const lines: string[] = [];

  beforeAll(async () => {
    broker = await provideVirtualHost();
    database = await createOwnDatabase();
    dataDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-npm-start-'));
    start = await startChildProcess({
      name: 'npm-start',
      command: process.execPath,
      args: ['scripts/start.mjs'],
      environment: {
        ...process.env,
        RABBITMQ_URL: broker.url,
        DATABASE_URL: database.url,
        DATA_DIR: dataDirectory,
        CAPTION_THREADS: '1',
        ADMIN_TOKEN: '',
        ADMIN_PORT: '',
      },
      onLine: (line) => lines.push(line),
      stopWithinMs: 30_000,
    });
    await until('it is ready', () => lines.some((line) => line.startsWith('Ready.')), { within: 60_000 });
  }, 300_000);
  afterAll(async () => {
    await start?.stop();
    await database?.drop();
    await broker?.remove();
    await rm(dataDirectory, { recursive: true, force: true });
  });

  it('tells its owner, and nobody else, what runs and by which token it is operated, until it stops', async () => {
    const printed = lines.join('\n');
    const file = /^ {2}all of it +(.*)$/m.exec(printed)![1]!;
    const tokenFile = join(dirname(file), 'admin-token');
    for (const each of [file, tokenFile]) expect((await stat(each)).mode & 0o777).toBe(0o600);
    const told = JSON.parse(await readFile(file, 'utf8')) as { api_url: string; admin_token: string };
    expect(told).toEqual({
      api_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      admin_url: told.api_url,
      grpc_address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      page_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      rabbitmq_url: broker.url,
      database_url: database.url,
      admin_token: await readFile(tokenFile, 'utf8'),
      data_dir: dataDirectory,
      processes: processNames.map((name) => ({ name, pid: expect.any(Number) })),
      broker_pid: null,
    });
    expect(told.admin_token).toMatch(/^[\w-]{32}$/);
    expect(printed).toContain(`Authorization: Bearer ${told.admin_token}\n`);

    const redeliver = (token: string) =>
      fetch(`${told.api_url}/dlq/1/redeliver`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    expect((await redeliver('another')).status).toBe(401);
    expect((await redeliver(told.admin_token)).status).toBe(404);

    await start.stop();
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
