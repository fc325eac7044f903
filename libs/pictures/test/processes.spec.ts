/* Real here: processes of our own, and what ends them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessClient } from '../src/processes/process-client.js';
import type { MortalProcessAnswer, MortalProcessCall } from './support/mortal-process.js';

const script = join(__dirname, 'support', 'mortal-process');
const clients: ProcessClient<MortalProcessCall, MortalProcessAnswer>[] = [];

const limited = (seconds: number) => ({ seconds, onTimeout: () => new Error('its time is up') });

function start(seconds = 30, limit = limited(seconds)): ProcessClient<MortalProcessCall, MortalProcessAnswer> {
  const client = new ProcessClient<MortalProcessCall, MortalProcessAnswer>(script, { seconds }, limit);
  clients.push(client);
  return client;
}

describe('a process that does one call at a time', () => {
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  it('answers call after call, with its settings', async () => {
    const client = start(7);
    const first = await client.call('live');
    expect(first).toMatchObject({ pid: expect.any(Number), settings: { seconds: 7 } });
    expect(await client.call('live')).toEqual(first);
    expect(first.pid).not.toBe(process.pid);
  });

  it('knows none of our secrets, and finds its libraries all the same', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      RABBITMQ_URL: 'amqp://user:hunter2@broker',
      S3_SECRET_ACCESS_KEY: 'hunter2',
      NODE_OPTIONS: '--title=hunter2',
      LD_LIBRARY_PATH: '/opt/libraries',
      VIPS_CONCURRENCY: '2',
    });
    try {
      const { environment } = await start().call('live');
      expect(environment).toMatchObject({
        PATH: before['PATH'],
        LD_LIBRARY_PATH: '/opt/libraries',
        VIPS_CONCURRENCY: '2',
      });
      expect(JSON.stringify(environment)).not.toContain('hunter2');
      expect(Object.keys(environment)).not.toContain('RABBITMQ_URL');
    } finally {
      process.env = before;
    }
  });

  it.each([
    ['die', 'The process ended: SIGSEGV'],
    ['crash', 'The process ended: exit code 3'],
  ] as const)('fails the call that makes it %s, and another one does the next', async (call, message) => {
    const client = start();
    const first = await client.call('live');
    await expect(client.call(call)).rejects.toMatchObject({ code: 'process-died', retryable: true, message });
    expect((await client.call('live')).pid).not.toBe(first.pid);
  });

  it('is ended when a call takes too long, and another one does the next', async () => {
    // its time counts the start of its process, which is not what is tried here
    const limit = limited(30);
    const client = start(30, limit);
    const first = await client.call('live');
    limit.seconds = 0.5;
    await expect(client.call('hang')).rejects.toThrow('its time is up');
    limit.seconds = 30;
    await expectGone(first.pid);
    expect((await client.call('live')).pid).not.toBe(first.pid);
  });

  it('brings an error over with its code, whether to retry, and whether the attempt counts', async () => {
    const client = start();
    await expect(client.call('fail')).rejects.toMatchObject({
      code: 'as-asked',
      retryable: false,
      attemptCounts: false,
    });
  });

  it('finishes its call where a signal goes to the whole group', async () => {
    const client = start();
    const { pid } = await client.call('live');
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGINT');
    expect((await client.call('live')).pid).toBe(pid);
  });

  it('is gone once it is closed, in the middle of a call too', async () => {
    const client = start();
    const { pid } = await client.call('live');
    const hanging = expect(client.call('hang')).rejects.toMatchObject({ code: 'process-died' });
    await client.close();
    await hanging;
    await expectGone(pid);
  });

  it.each([
    ['waits for native code', 'mortal-parent'],
    ['decodes a picture that takes minutes', 'decoding-parent'],
  ])('ends with the process that started it, killed alone, while it %s', async (_, program) => {
    const entry = join(__dirname, '../src/processes/typescript-entry.cjs');
    const parent = spawn(process.execPath, [entry, join(__dirname, 'support', `${program}.ts`)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isThere(pid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await expectGone(pid);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Its end is seen by nobody but the operating system. */
async function expectGone(pid: number): Promise<void> {
  for (let look = 0; isThere(pid) && look < 500; look++) await delay(20);
  expect(isThere(pid)).toBe(false);
}
