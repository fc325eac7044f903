const barLength = 24;
const redrawMs = 100;
const plainLineMs = 5000;

/** How far something is, on standard error: a bar that redraws itself on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  private readonly started = performance.now();
  private readonly isTerminal = process.stderr.isTTY;
  private drawn = 0;
  /** Where this run began: what an earlier one had done says nothing about today's speed. */
  private firstBytes: number | undefined;

  constructor(private readonly label: string) {}

  readonly update = (doneBytes: number, totalBytes: number): void => {
    this.firstBytes ??= doneBytes;
    const now = performance.now();
    const isLast = doneBytes >= totalBytes;
    if (!isLast && now - this.drawn < (this.isTerminal ? redrawMs : plainLineMs)) return;
    this.drawn = now;
    const line = this.line(doneBytes, totalBytes, now);
    process.stderr.write(this.isTerminal ? `\r\x1b[K${line}${isLast ? '\n' : ''}` : `${line}\n`);
  };

  private line(done: number, total: number, now: number): string {
    const share = total > 0 ? done / total : 1;
    const filled = Math.floor(share * barLength);
    const bar = '█'.repeat(filled) + '░'.repeat(barLength - filled);
    const speed = (done - this.firstBytes!) / (now - this.started);
    const left = speed > 0 && done < total ? `, ${duration((total - done) / speed)} left` : '';
    return `${this.label} ${bar} ${megabytes(done)} of ${megabytes(total)}${left}`;
  }
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
