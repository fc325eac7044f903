import { readFileSync } from 'node:fs';

/** What one process of the product has used, with the processes that it started (those that decode pictures). */
export interface ProcessFigures {
  name: string;
  pid: number;
  /** Since its start. */
  processorSeconds: number;
  /** Resident now; pages that processes share are counted for each. */
  memoryBytes: number;
  /** Of that in the processes that it started. */
  childrenMemoryBytes: number;
}

/** The unit of times in `/proc`, as Linux shows it to programs on every architecture: `USER_HZ`. */
const ticksPerSecond = 100;
const kibibyte = 1024;

/**
 * Reads `/proc`; a process that has ended is left out, and on other systems than Linux nothing is told.
 *
 * @param processes by name
 */
export function readProcessFigures(processes: readonly { name: string; pid: number }[]): ProcessFigures[] {
  if (process.platform !== 'linux') return [];
  return processes.flatMap(({ name, pid }) => {
    const own = readOne(pid);
    if (!own) return [];
    const children = descendantsOf(pid).flatMap((child) => readOne(child) ?? []);
    const childrenMemoryBytes = children.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    const processorSeconds = children.reduce((sum, child) => sum + child.processorSeconds, own.processorSeconds);
    return [{ name, pid, processorSeconds, memoryBytes: own.memoryBytes + childrenMemoryBytes, childrenMemoryBytes }];
  });
}

/** Children that have ended are in their parent's time. */
function readOne(pid: number): { processorSeconds: number; memoryBytes: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name stands in parentheses and may hold anything; behind it the state is the third field of proc(5), utime the 14th
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return { processorSeconds: ticks / ticksPerSecond, memoryBytes: Number(resident) * kibibyte };
  } catch {
    return undefined; // it has ended
  }
}

function descendantsOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
    return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
  } catch {
    return [];
  }
}

/** The image workers, alone of all. */
export function imageWorkersOf<T extends { name: string }>(processes: readonly T[]): T[] {
  return processes.filter(({ name }) => /^image-worker(-\d+)?$/.test(name));
}
