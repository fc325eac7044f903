const barLength = 24;
const redrawMs = 100;
/** Elsewhere than on a terminal, a line for each such part. */
const lines = 10;
/** Speed is that of the last seconds. */
const speedWindowMs = 5000;

/** How far something is, in bytes or another unit, on standard error: a bar that redraws itself on a terminal, a line for each tenth elsewhere. */
export class ProgressBar {
  private readonly isTerminal = process.stderr.isTTY;
  private drawn = -Infinity;
  private line = -1;
  /** What was there when; the first is where this run began, since an earlier one's says nothing about today's speed. */
  private readonly samples: { ms: number; bytes: number }[] = [];

  /** @param unit what is counted, where it is not bytes */
  constructor(
    private readonly label: string,
    private readonly unit?: string,
  ) {}

  readonly update = (done: number, total: number): void => {
    const now = performance.now();
    this.remember(now, done);
    const isLast = done >= total;
    if (this.isTerminal) {
      if (!isLast && now - this.drawn < redrawMs) return;
      this.drawn = now;
      const bar = barOf(total > 0 ? done / total : 1);
      process.stderr.write(`\r\x1b[K${this.label} ${bar} ${this.text(done, total, now)}${isLast ? '\n' : ''}`);
      return;
    }
    const line = total > 0 ? Math.floor((lines * done) / total) : lines;
    if (line === this.line) return;
    this.line = line;
    process.stderr.write(`${this.label} ${Math.round((100 * line) / lines)} %: ${this.text(done, total, now)}\n`);
  };

  private remember(ms: number, bytes: number): void {
    const last = this.samples.at(-1);
    if (last && ms - last.ms < redrawMs) return;
    this.samples.push({ ms, bytes });
    while (this.samples.length > 2 && ms - this.samples[1]!.ms > speedWindowMs) this.samples.shift();
  }

  /** e.g. `312.0 of 989.8 MB, 24.1 MB/s, 29 s left` */
  private text(done: number, total: number, now: number): string {
    const parts = [
      this.unit === undefined
        ? `${(done / 1e6).toFixed(1)} of ${megabytes(total)}`
        : `${done} of ${total} ${this.unit}`,
    ];
    const [first] = this.samples as [{ ms: number; bytes: number }];
    const speed = now > first.ms ? (done - first.bytes) / (now - first.ms) : 0;
    if (speed > 0 && this.unit === undefined) parts.push(`${megabytes(speed * 1000)}/s`);
    if (speed > 0 && done < total) parts.push(`${duration((total - done) / speed)} left`);
    return parts.join(', ');
  }
}

function barOf(share: number): string {
  const filled = Math.floor(share * barLength);
  return '█'.repeat(filled) + '░'.repeat(barLength - filled);
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
