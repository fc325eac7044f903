import { readFileSync } from 'node:fs';

/** Bytes that a process has in RAM now. Linux alone. */
export function residentMemoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
