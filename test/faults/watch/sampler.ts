import { readdirSync, readFileSync } from 'node:fs';
import type { Member } from '../house/member.js';

const everyMs = 250;
const pageBytes = 4096;

/** Processes that a process has started and that still run: a worker's decoders, PostgreSQL's backends. */
export function childrenOf(pid: number): number[] {
  const children = readProcessFile(pid, `task/${pid}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number);
}

/** Bytes of memory that a process and its children have in RAM now, or 0 where it is gone. */
export function residentBytes(pid: number): number {
  const pages = [pid, ...childrenOf(pid)].map((each) => Number(readProcessFile(each, 'statm')?.split(' ')[1] ?? 0));
  return pages.reduce((sum, count) => sum + count * pageBytes, 0);
}

/** Open files, sockets and pipes of a process. */
export function openHandles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function readProcessFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined; // it has ended
  }
}

/** Looks how much memory the members have, and keeps the most that any of a role had. */
export class MemorySampler {
  readonly peak = { api: 0, worker: 0 };
  private readonly timer: NodeJS.Timeout;

  constructor(members: readonly Member[]) {
    const sample = (): void => {
      for (const { role, pid } of members) this.peak[role] = Math.max(this.peak[role], residentBytes(pid));
    };
    sample();
    this.timer = setInterval(sample, everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
