import { readdirSync, readFileSync } from 'node:fs';
import type { Member } from '../system/member.js';

const everyMs = 250;

/** Processes that a process has started and that still run: a worker's decoders, PostgreSQL's backends. */
export function childrenOf(pid: number): number[] {
  const children = readProcessFile(pid, `task/${pid}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number);
}

/** Bytes that a process has in RAM now, and those that its children share with nobody; 0 where it is gone. */
export function residentBytes(pid: number): number {
  const own = childrenOf(pid).map((child) => statusKilobytes(child, 'RssAnon'));
  return own.reduce((sum, kilobytes) => sum + kilobytes, statusKilobytes(pid, 'VmRSS')) * 1024;
}

/** Open files, sockets and pipes of a process. */
export function openHandles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function statusKilobytes(pid: number, field: 'VmRSS' | 'RssAnon'): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(readProcessFile(pid, 'status') ?? '')?.[1] ?? 0);
}

function readProcessFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined; // it has ended
  }
}

/** Looks how much memory the members have, and keeps the most that any API, and any other, had. */
export class MemorySampler {
  readonly peak = { api: 0, worker: 0 };
  private readonly timer: NodeJS.Timeout;

  constructor(members: readonly Member[]) {
    const sample = (): void => {
      for (const { role, pid } of members) {
        const kind = role === 'api' ? 'api' : 'worker';
        this.peak[kind] = Math.max(this.peak[kind], residentBytes(pid));
      }
    };
    sample();
    this.timer = setInterval(sample, everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
