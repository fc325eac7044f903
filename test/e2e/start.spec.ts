import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOwnDatabase, type OwnDatabase } from '../support/own-database.js';
import { describeWithFaults } from '../support/product.js';
import { findFreePort, startApi, startCaptionWorker } from '../support/setup-scripts.js';
import { until } from '../support/until.js';

interface LogLine {
  level: string;
  service: string;
  msg: string;
}

/** Nothing listens there. */
const nowhere = '127.0.0.1:1';
const readyPath = '/health/live';

/** Real: the compiled apps, as processes; what they need is away. */
describeWithFaults('an app that starts', () => {
  let dataDirectory: string;
  let database: OwnDatabase | undefined;
  let lines: LogLine[];
  const options = (name: string, environment: Record<string, string>) => ({
    name,
    environment: { RABBITMQ_URL: `amqp://${nowhere}`, DATA_DIR: dataDirectory, LOG_FORMAT: 'json', ...environment },
    readyPath,
    onLine: (line: string) => void (line.startsWith('{') && lines.push(JSON.parse(line) as LogLine)),
  });
  const said = (words: string) =>
    until(`it says “${words}”`, () => lines.find(({ msg }) => msg.includes(words)), { within: 60_000 });

  beforeEach(async () => {
    lines = [];
    dataDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-start-'));
  });
  afterEach(async () => {
    await database?.drop();
    database = undefined;
    await rm(dataDirectory, { recursive: true, force: true });
  });

  it('says that it waits for its database while it waits', async () => {
    const DATABASE_URL = `postgresql://user:hunter2@${nowhere}/captions`;
    const ended = startApi({ ...options('start-api', { DATABASE_URL }), readyWithinMs: 45_000 }).then(
      () => 'it is ready',
      (error: Error) => error.message,
    );
    const { level, service } = await said(`waiting for PostgreSQL at ${nowhere}/captions`);
    expect({ level, service }).toEqual({ level: 'warn', service: 'api' });
    expect(await ended).toContain('was not ready');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('says that it waits for its broker, and why, though it answers', async () => {
    database = await createOwnDatabase();
    const api = await startApi(options('start-api', { DATABASE_URL: database.url }));
    try {
      await said(`waiting for RabbitMQ (ekphrasis api publishing): connect ECONNREFUSED ${nowhere}`);
    } finally {
      await api.stop();
    }
  });

  it('serves the operator, Prometheus and orchestrators at ADMIN_PORT alone', async () => {
    database = await createOwnDatabase();
    const environment = { DATABASE_URL: database.url, ADMIN_TOKEN: 'of-the-operator' };
    const ADMIN_PORT = String(await findFreePort());
    const api = await startApi(options('start-admin', { ...environment, ADMIN_PORT }));
    try {
      const ask = async (url: string, path: string, method = 'GET') =>
        (await fetch(`${url}${path}`, { method, headers: { authorization: 'Bearer of-the-operator' } })).status;
      expect(await ask(api.adminUrl, '/metrics')).toBe(200);
      expect(await ask(api.adminUrl, '/dlq/1/redeliver', 'POST')).toBe(404);
      expect(await ask(api.adminUrl, '/images')).toBe(404);
      expect(await ask(api.url, '/images')).toBe(200);
      for (const path of ['/metrics', '/health/live', '/health/ready']) expect(await ask(api.url, path)).toBe(404);
    } finally {
      // in good order: one that hangs is killed
      expect(await api.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    }
  });

  it('says as a worker that it waits for its broker', async () => {
    const worker = await startCaptionWorker(options('start-worker', { CAPTION_THREADS: '1' }));
    try {
      const { service } = await said('waiting for RabbitMQ (ekphrasis caption-worker consuming)');
      expect(service).toBe('caption-worker');
    } finally {
      await worker.stop();
    }
  });

  const canBoxIn =
    process.getuid?.() === 0 && spawnSync('unshare', ['--net', '--mount', 'true'], { stdio: 'ignore' }).status === 0;
  (canBoxIn ? it : it.skip)('decodes pictures in a sandbox, and says so, as root with namespaces', async () => {
    const worker = await startCaptionWorker(
      options('start-worker', { CAPTION_THREADS: '1', DECODER_UID: '65533', DECODER_MEMORY_MB: '1024' }),
    );
    try {
      const { level, msg } = await said('sandbox of the picture decoders');
      expect({ level, msg }).toEqual({ level: 'info', msg: expect.not.stringContaining('not in force') });
      const [decoder] = (await readFile(`/proc/${worker.pid}/task/${worker.pid}/children`, 'utf8')).split(' ');
      const about = (file: string): Promise<string> => readFile(`/proc/${decoder}/${file}`, 'utf8');
      expect(await about('status')).toMatch(/^Uid:\t65533\t65533\t65533\t65533$/m);
      expect(await about('status')).toMatch(/^NoNewPrivs:\t1$/m);
      expect(await about('limits')).toMatch(/^Max data size +1073741824 +1073741824/m);
      for (const kind of ['net', 'mnt', 'ipc']) {
        expect(await readlink(`/proc/${decoder}/ns/${kind}`)).not.toBe(await readlink(`/proc/self/ns/${kind}`));
      }
      expect((await readdir(`/proc/${decoder}/root`)).sort()).not.toEqual(expect.arrayContaining(['proc']));
      expect(await about('environ')).not.toContain('DATA_DIR');
    } finally {
      await worker.stop();
    }
  });
});
