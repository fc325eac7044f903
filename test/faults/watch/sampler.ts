import { readdirSync, readFileSync } from 'node:fs';
import type { Member } from '../house/member.js';

const everyMs = 250;

/** Bytes of memory that a process has in RAM now, or 0 where it is gone. */
export function residentBytes(pid: number): number {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
    return Number(pages) * 4096;
  } catch {
    return 0;
  }
}

/** Open files, sockets and pipes of a process. */
export function openHandles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
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
