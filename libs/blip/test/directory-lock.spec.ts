/* Real here: files, and processes that hold a lock and are gone. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile, mkdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../src/store/directory-lock.js';

let directory: string;
let lock: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-lock-'));
  lock = join(directory, 'model', 'lock');
});

afterEach(() => rm(directory, { recursive: true }));

it('lets one at a time do its work, and leaves nothing behind', async () => {
  let inside = 0;
  const most: number[] = [];
  const work = async (): Promise<void> => {
    most.push(++inside);
    await new Promise(setImmediate);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 4 }, () => withLock(lock, {}, work)));
  expect(most).toEqual([1, 1, 1, 1]);
  expect(await readdir(directory)).toEqual([]);
});

it('is free again when the work fails', async () => {
  await expect(withLock(lock, {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(lock, {}, async () => 'done')).toBe('done');
});

it('takes over at once from a process that is gone', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await heldBy({ host: hostname(), pid, mark: 'gone' });
  const waited = jest.fn();
  expect(await withLock(lock, { onWait: waited }, async () => 'done')).toBe('done');
  expect(waited).not.toHaveBeenCalled();
});

it('takes over from another machine’s process that shows no life, and not before', async () => {
  await heldBy({ host: 'elsewhere', pid: process.pid, mark: 'silent' });
  const waited = jest.fn();
  expect(await withLock(lock, { onWait: waited, staleAfterMs: 300 }, async () => 'done')).toBe('done');
  expect(waited).toHaveBeenCalledTimes(1);
});

it('gives up waiting when it is told to', async () => {
  await heldBy({ host: 'elsewhere', pid: 1, mark: 'busy' });
  const controller = new AbortController();
  const waiting = withLock(lock, { signal: controller.signal, onWait: () => controller.abort() }, async () => 'done');
  await expect(waiting).rejects.toThrow('aborted');
  expect(await readdir(join(directory, 'model'))).toEqual(['lock']);
});

async function heldBy(holder: object): Promise<void> {
  await mkdir(join(directory, 'model'));
  await writeFile(lock, JSON.stringify(holder));
}
