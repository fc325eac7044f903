import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second (`sysconf(_SC_CLK_TCK)` is 100 on Linux). */
const ticksPerSecond = 100;

/** Seconds of processor time, user and system, that the processes of a group have used; with those of their children that have ended. */
export function processorSecondsOfGroup(group: number): number {
  const fields = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(statusFields)
    .filter((each) => Number(each[2]) === group);
  // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), of which the first two are cut off here
  return (
    fields.reduce((sum, each) => sum + each.slice(11, 15).reduce((own, ticks) => own + Number(ticks), 0), 0) /
    ticksPerSecond
  );
}

/** The fields of `/proc/<pid>/stat` that follow the program's name: state, parent, group …; none where it has ended. */
function statusFields(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
