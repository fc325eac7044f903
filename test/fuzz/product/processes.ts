import { readdirSync, readFileSync } from 'node:fs';
import { groupOf } from '../../support/process-group.js';

/** Bytes in memory of a process and of those that it started. */
export interface Memory {
  own: number;
  group: number;
}

/** Each program leads a process group of its own. Zeros for what has ended, and where there is no /proc. */
export function memoryOf(pids: readonly number[]): Map<number, Memory> {
  const found = new Map(pids.map((pid) => [pid, { own: 0, group: 0 }]));
  for (const pid of process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
    const memory = found.get(groupOf(pid));
    if (!memory) continue;
    const bytes = residentBytes(pid);
    memory.group += bytes;
    if (found.has(Number(pid))) memory.own = bytes;
  }
  return found;
}

function residentBytes(pid: string): number {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
