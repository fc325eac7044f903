import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second (`sysconf(_SC_CLK_TCK)` is 100 on Linux). */
const ticksPerSecond = 100;

/** The processes of a group that have not ended. Linux alone. */
export function membersOf(group: number): string[] {
  return processesOf(group).map(({ pid }) => pid);
}

/** Seconds of processor time, user and system, that the processes of a group have used; with those of their children that have ended. */
export function processorSecondsOf(group: number): number {
  // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), of which the first two are cut off here
  const ticks = processesOf(group).flatMap(({ fields }) => fields.slice(11, 15).map(Number));
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}

/** The group of a process; NaN where it has ended. */
export function groupOf(pid: string): number {
  return Number(statusFields(pid)[2]);
}

function processesOf(group: number): { pid: string; fields: string[] }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => ({ pid, fields: statusFields(pid) }))
    .filter(({ fields: [state, , itsGroup] }) => state !== 'Z' && Number(itsGroup) === group);
}

/** The fields of `/proc/<pid>/stat` that follow the program's name: state, parent, group …; none where it has ended. */
function statusFields(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name stands in parentheses and may hold anything
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
