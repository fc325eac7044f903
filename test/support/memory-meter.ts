import { readFileSync, writeFileSync } from 'node:fs';

/** The memory that a process takes more at its peak than where the meter began. */
export class MemoryMeter {
  private readonly start = process.memoryUsage.rss();

  constructor() {
    forgetPeak();
  }

  /** In bytes. */
  bytes(): number {
    return peakMemory() - this.start;
  }
}

/** Linux counts a process's peak anew from here on (`man 5 proc_pid_clear_refs`); elsewhere it counts from the process's start. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // no Linux, or a process that may not: files then share one bound
  }
}

/** The most memory that the process has had, in bytes: of Linux itself, since `maxRSS` knows no new start. */
function peakMemory(): number {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
