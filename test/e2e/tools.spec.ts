import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { findFreePort, repository } from '../support/setup-scripts.js';

interface Ended {
  exitCode: number;
  output: string;
  errors: string;
}

/** Real: API, image worker, broker, database, and the tools as people call them. */
describeWithFaults('the command-line tools', () => {
  let system: SharedSystem;
  let directory: string;
  let results: string;
  const environment = () => ({ ...process.env, EKPHRASIS_ENVIRONMENT: join(directory, 'environment.json') });

  const npmRun = (tool: string, args: string[], env: NodeJS.ProcessEnv = environment()): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(
        'npm',
        ['run', '--silent', tool, '--', ...args],
        { cwd: repository, env, timeout: 240_000 },
        (_, output, errors) => resolve({ exitCode: child.exitCode ?? -1, output, errors }),
      );
    });
  const kept = async (ending: string) => {
    const names = await readdir(results, { recursive: true });
    return Promise.all(
      names.filter((name) => name.endsWith(ending)).map((name) => readFile(join(results, name), 'utf8')),
    );
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-tools-'));
    results = join(directory, 'results');
    system = await startSystem({ name: 'tools', workers: 0, others: ['image-worker'] });
    const processes = [
      { name: 'api', pid: system.api.pid },
      { name: 'image-worker-1', pid: system.others[0]!.pid },
    ];
    const told = { api_url: system.api.url, admin_url: system.api.adminUrl, processes };
    await writeFile(join(directory, 'environment.json'), JSON.stringify(told));
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('upload in bulk, measure each picture to its result, and count those that fail', async () => {
    const args = ['--count', '20', '--concurrency', '4', '--workers', '1', '--damaged', '2', '--results', results];
    const { exitCode, output, errors } = await npmRun('bulk-upload', args);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
    for (const word of ['throughput', 'images/s', 'latency', 'queue', 'utilisation', 'p50', 'p95', 'p99']) {
      expect(output).toContain(word);
    }
    expect(output).toMatch(/failed +2 of 20 +2 × picture-truncated/);
    const [run] = (await kept('run.json')).map((text) => JSON.parse(text) as { jobs: { status: string }[] });
    expect(run).toMatchObject({
      tool: 'bulk-upload',
      workers: 1,
      peakMemory: { 'image-worker-1': expect.any(Number) },
    });
    expect(run!.jobs.filter(({ status }) => status === 'completed')).toHaveLength(18);
    expect((await kept('chart.svg'))[0]).toContain('</svg>');
    const { json } = await system.client.get('/metrics?format=json');
    expect(json).toMatchObject({ jobs: { total: 20, by_status: { completed: 18, failed: 2 } } });
  }, 300_000);

  it('upload in bursts, and tell of each how long it took', async () => {
    const args = ['--burst-size', '5', '--burst-count', '2', '--interval', '1', '--results', results];
    const { exitCode, output, errors } = await npmRun('burst-test', args);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
    for (const word of ['throughput', 'latency', 'queue', 'utilisation']) expect(output).toContain(word);
    expect(output).toMatch(/failed +0 of 10/);
    expect(output).toMatch(/burst 1 +5 .*\n +burst 2 +5 /);
  }, 300_000);

  it('show queues, jobs and processes once', async () => {
    const queues = await npmRun('queue-monitor', ['--once']);
    expect(queues).toMatchObject({ exitCode: 0, errors: '' });
    expect(queues.output).toMatch(/task_queue +processing\.jobs +0/);
    expect(queues.output).toMatch(/completed +28 /);
    expect(queues.output).toMatch(/throughput .*failed 2/);
    const performance = await npmRun('performance-monitor', ['--once']);
    expect(performance).toMatchObject({ exitCode: 0, errors: '' });
    expect(performance.output).toMatch(/latency p95 +[\d.]+ s +of 28 images/);
    expect(performance.output).toMatch(/utilisation +[\d.]+ %/);
    expect(performance.output).toMatch(/image-worker-1 +\d+ +[\d.]+ % +\d+ +\d+/);
  }, 300_000);

  it('watch for a time, and draw what they saw', async () => {
    const args = ['--seconds', '2', '--interval', '0.5', '--results', results];
    for (const tool of ['queue-monitor', 'performance-monitor']) {
      const { exitCode, output } = await npmRun(tool, args);
      expect(exitCode).toBe(0);
      const [, picture] = /kept as (.*\.svg)/.exec(output)!;
      expect(existsSync(picture!)).toBe(true);
    }
  }, 300_000);

  it('compare what was kept', async () => {
    const { exitCode, output, errors } = await npmRun('analyze-results', ['--results', results]);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
    expect(output).toMatch(/1 × bulk-upload, 1 workers +20 /);
    expect(output).toMatch(/1 × burst-test, 1 workers +10 /);
    expect((await kept('analysis.svg'))[0]).toContain('</svg>');
  }, 300_000);

  it.each(['bulk-upload', 'burst-test', 'queue-monitor', 'performance-monitor'])(
    'say in one line that no product is there: %s',
    async (tool) => {
      const nowhere = `http://127.0.0.1:${await findFreePort()}`;
      const env = { ...process.env, EKPHRASIS_ENVIRONMENT: join(directory, 'none.json'), EKPHRASIS_URL: nowhere };
      const { exitCode, errors } = await npmRun(tool, [], env);
      expect(exitCode).toBe(1);
      expect(errors.trim().split('\n')).toEqual([expect.stringContaining(`No product answers at ${nowhere}`)]);
    },
    300_000,
  );

  it('say in one line that there are no results', async () => {
    const { exitCode, errors } = await npmRun('analyze-results', ['--results', join(directory, 'none')]);
    expect(exitCode).toBe(1);
    expect(errors.trim()).toMatch(/^No results in .*$/);
  }, 300_000);
});
