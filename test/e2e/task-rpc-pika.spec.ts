import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from '../support/setup-scripts.js';
import { prepareTaskSystem, retryDelayMs, type TaskSystem } from '../support/task-system.js';
import { until } from '../support/until.js';

/** Debian's own Python has its own packages: python3-pika. */
const python = ['/usr/bin/python3', 'python3'].find((each) => spawnSync(each, ['-c', 'import pika']).status === 0);
const describeWithPika = python ? describe : describe.skip;

type Line = [action: string, status: string, data: unknown];

describeWithPika('a client in Python, with pika', () => {
  let system: TaskSystem;

  beforeEach(async () => {
    system = await prepareTaskSystem();
  });
  afterEach(() => system?.stop());

  /** What the client printed, each line parsed. */
  function run(): { lines: unknown[]; ended: Promise<void> } {
    const lines: unknown[] = [];
    const program = join(repository, 'test/support/task_client.py');
    const child = execFile(python!, [program, system.virtualHost.url, String(retryDelayMs)]);
    let rest = '';
    child.stdout!.on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.map((part): unknown => JSON.parse(part)));
    });
    let said = '';
    child.stderr!.on('data', (text: string) => (said += text));
    const ended = new Promise<void>((resolve, reject) =>
      child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(said)))),
    );
    return { lines, ended };
  }

  it.each(['client', 'server'])(
    'is served where the topology was declared by the %s first',
    async (first) => {
      if (first === 'server') await system.start();
      const { lines, ended } = run();
      await until('the client has declared all', () => lines.length > 0);
      if (first === 'client') await system.start();
      await ended;
      const answered = lines.slice(1) as Line[];
      expect(answered.map(([action, status]) => `${action} ${status}`)).toEqual([
        'health_check ok',
        'register ok',
        'login ok',
        ...Array<string>(3).fill('create_task ok'),
        'update_task ok',
        'list_tasks ok',
        'create_task error',
      ]);
      const [task, again, oncemore] = answered.slice(3, 6).map(([, , data]) => data);
      expect([again, oncemore]).toEqual([task, task]);
      expect(answered[7]![2]).toEqual([expect.objectContaining({ title: 'demo', status: 'done', priority: 'high' })]);
    },
    180_000,
  );
});
