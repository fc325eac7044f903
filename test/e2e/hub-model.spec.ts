import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubStandIn } from '../hub-stand-in/hub-stand-in.js';
import { createOwnDatabase, type OwnDatabase } from '../support/own-database.js';
import { describeWithFaults } from '../support/product.js';
import {
  repository,
  startCaptionWorker,
  startChildProcess,
  type RunningApplication,
} from '../support/setup-scripts.js';
import { until } from '../support/until.js';
import { provideVirtualHost, type VirtualHost } from '../support/virtual-host.js';

const model = 'somebody/blip-tiny';
const commit = '1'.repeat(40);
const golden = join(repository, 'libs/blip/test/golden/tiny-a');

/** Real: the compiled apps and `npm start`, as processes; a server that answers as the Hugging Face hub does. */
describeWithFaults('a model on the hub', () => {
  let hub: HubStandIn;
  let directory: string;
  let broker: VirtualHost;
  let database: OwnDatabase;
  let environment: Record<string, string>;

  beforeAll(async () => {
    broker = await provideVirtualHost();
    database = await createOwnDatabase();
  });

  afterAll(async () => {
    await database.drop();
    await broker.remove();
  });

  beforeEach(async () => {
    hub = await standIn();
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-models-'));
    environment = {
      RABBITMQ_URL: broker.url,
      DATABASE_URL: database.url,
      DATA_DIR: join(directory, 'data'),
      MODELS_DIR: join(directory, 'models'),
      MODEL: model,
      HF_ENDPOINT: hub.endpoint,
      CAPTION_THREADS: '1',
    };
  });

  afterEach(async () => {
    await hub.close();
    await rm(directory, { recursive: true });
  });

  it('is fetched by one worker while the others wait, all of them alive and not ready', async () => {
    const held = holdDownload();
    const workers: RunningApplication[] = [];
    try {
      workers.push(await startWorker('fetching'));
      await until('it says how far it is', async () =>
        /^downloading somebody\/blip-tiny, 0\.\d of 0\.\d MB$/.test(await reasonOf(workers[0]!)),
      );
      workers.push(await startWorker('waiting'));
      await until('it says that it waits', async () =>
        (await reasonOf(workers[1]!)).startsWith('waiting for another worker'),
      );
      held.release();
      for (const worker of workers) {
        await until('it is ready', async () => (await fetch(`${worker.url}/health/ready`)).ok, { within: 60_000 });
      }
      expect(downloads().filter((request) => !request.includes('bytes='))).toHaveLength(1);
    } finally {
      for (const worker of workers) await worker.stop();
    }
  });

  it('leaves a worker that is told to stop at once, and what has arrived is kept', async () => {
    holdDownload();
    const worker = await startWorker('stopped');
    await until('bytes are kept', async () =>
      (await readdir(store('checkpoint'))).some((name) => /partial$/.test(name)),
    );
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
    expect(await readdir(store())).toEqual(['checkpoint']);
  });

  it('captions for npm start, which keeps it and asks nobody the second time', async () => {
    const first = await npmStart(['--model', model, '--once', 'package.json', 'nowhere.jpg']);
    expect(first).toMatch(/^downloading 100 %: /m);
    expect(first).toMatch(/^ {2}ring\.jpg {2,}old old old /m);
    expect(first).toMatch(/^ {2}package\.json {2,}— 415: /m);
    expect(first).toMatch(/^ {2}nowhere\.jpg {2,}— there is no such file/m);
    expect(first).toMatch(/^ {2}12 captions in /m);
    await hub.close();
    const second = await npmStart(['--model', model, '--once']);
    expect(second).toMatch(/^ {2}ring\.jpg {2,}old old old /m);
    expect(second).not.toContain('downloading');
    await hub.listen();
  });

  it.each([
    [['--model', 'somebody/nothing'], 3, /^somebody\/nothing: \S+ has no such repository/m],
    [['--model', model, '--revision', 'v9'], 4, /^somebody\/blip-tiny: has no revision "v9"$/m],
    [['--modle', model], 2, /^Unknown option '--modle'$/m],
    [['--precision', 'int4'], 2, /^Expected int8 or fp32 for --precision but received "int4"$/m],
  ])('ends npm start %j with exit code %i and one line', async (args, exitCode, line) => {
    expect(await npmStart(args, exitCode)).toMatch(line);
  });

  const store = (...path: string[]): string => join(directory, 'models', 'somebody--blip-tiny', ...path);
  const downloads = (): string[] => hub.requests.filter((request) => request.startsWith('storage'));

  function startWorker(name: string): Promise<RunningApplication> {
    return startCaptionWorker({ name: `e2e-hub-${name}`, environment, readyPath: '/health/live' });
  }

  /** Lets the storage send no more than a part of the weights until it is released. */
  function holdDownload(): { release: () => void } {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    hub.cuts = [200_000];
    hub.beforeCut = () => released;
    return { release };
  }

  /** What `npm start` printed. */
  async function npmStart(args: string[], exitCode?: number): Promise<string> {
    const lines: string[] = [];
    const start = await startChildProcess({
      name: 'npm-start',
      command: process.execPath,
      args: ['scripts/start.mjs', ...args],
      environment: { ...process.env, ...environment, MODEL: '' },
      onLine: (line) => lines.push(line),
      stopWithinMs: 30_000,
    });
    const ended = await start.exited;
    if (exitCode !== undefined) expect(ended.code).toBe(exitCode);
    return lines.join('\n');
  }
});

async function reasonOf(worker: RunningApplication): Promise<string> {
  const response = await fetch(`${worker.url}/health/ready`);
  expect(response.status).toBe(503);
  const report = (await response.json()) as { error: { model: { message: string } } };
  return report.error.model.message;
}

/** The golden checkpoint, as torch saved it. */
async function standIn(): Promise<HubStandIn> {
  const small = ['config.json', 'preprocessor_config.json', 'vocab.txt'];
  const read = async (name: string, path = name) => [name, await readFile(join(golden, path))] as const;
  const files = await Promise.all([
    ...small.map((name) => read(name)),
    read('pytorch_model.bin', join('bin', 'pytorch_model.bin')),
  ]);
  const hub = new HubStandIn({ [model]: { revisions: { main: { commit, files: Object.fromEntries(files) } } } });
  await hub.listen();
  return hub;
}
