import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject } from '../checkpoint/json-file.js';

export interface LockOptions {
  /** Hears once that another process has the lock. */
  onWait?: () => void;
  signal?: AbortSignal;
  /** How long a lock may go without a sign of life; 30 s by default. */
  staleAfterMs?: number;
}

const defaultStaleMs = 30_000;
const pollMs = 250;

/** Who holds a lock; `mark` tells one holding from every other. */
interface Holder {
  host: string;
  pid: number;
  mark: string;
}

/** Of the locks that this process holds. */
const ownMarks = new Set<string>();

/** A lock as somebody saw it. */
interface Sight {
  holder: Partial<Holder>;
  modifiedMs: number;
}

/**
 * Does `work` while no other process does its own under the same lock file, on this machine or on another that shares the
 * directory. The file is created by whoever holds the lock, touched every third of `staleAfterMs`, and removed.
 *
 *     free ── create ──▶ held ── remove ──▶ free
 *                         │ the holder's process is gone, or no touch was seen for `staleAfterMs`
 *                         └──▶ taken over: moved away by one of those who wait ──▶ free
 *
 * The directory is created for it, and removed again where nothing else is in it in the end.
 */
export async function withLock<Result>(
  path: string,
  { onWait, signal, staleAfterMs = defaultStaleMs }: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const mark = randomUUID();
  ownMarks.add(mark);
  await acquire(path, mark, staleAfterMs, signal, onWait).catch((error: unknown) => {
    ownMarks.delete(mark);
    throw error;
  });
  const touching = setInterval(() => void touch(path), staleAfterMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    ownMarks.delete(mark);
    if ((await look(path))?.holder.mark === mark) await rm(path, { force: true });
    await rmdir(dirname(path)).catch(() => undefined);
  }
}

async function acquire(
  path: string,
  mark: string,
  staleAfterMs: number,
  signal: AbortSignal | undefined,
  onWait: (() => void) | undefined,
): Promise<void> {
  let seen: Sight | undefined;
  let seenAt = 0;
  let waiting = false;
  while (!(await create(path, mark))) {
    const now = await look(path);
    if (now && (now.holder.mark !== seen?.holder.mark || now.modifiedMs !== seen?.modifiedMs)) {
      [seen, seenAt] = [now, performance.now()];
    }
    if (now && (isGone(now.holder) || performance.now() - seenAt > staleAfterMs)) {
      await takeAway(path, mark, now.holder.mark);
      continue;
    }
    if (!waiting) onWait?.();
    waiting = true;
    await delay(pollMs, undefined, { signal });
  }
}

/** Whether the lock was free. */
async function create(path: string, mark: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(path, 'wx');
    const holder: Holder = { host: hostname(), pid: process.pid, mark };
    await file.writeFile(JSON.stringify(holder)).finally(() => file.close());
    return true;
  } catch (error) {
    // ENOENT: the one before has removed the directory in between
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Several may come to the same conclusion at once: whoever has moved away somebody else's lock by then puts it back. */
async function takeAway(path: string, mark: string, stale: string | undefined): Promise<void> {
  const aside = `${path}.${mark}`;
  await rename(path, aside).catch(ignoreMissing);
  if ((await look(aside))?.holder.mark !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function look(path: string): Promise<Sight | undefined> {
  try {
    const [{ mtimeMs }, text] = await Promise.all([stat(path), readFile(path, 'utf8')]);
    return { holder: parseHolder(text), modifiedMs: mtimeMs };
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

/** One that was just created has nothing in it yet. */
function parseHolder(text: string): Partial<Holder> {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** Containers have host names of their own: of a process elsewhere only its touches are known. */
function isGone({ host, pid, mark = '' }: Partial<Holder>): boolean {
  if (host !== hostname() || pid === undefined) return false;
  // a container that was started again counts its processes from the beginning
  if (pid === process.pid) return !ownMarks.has(mark);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined); // taken over, or the disk is away: the work itself will tell
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
