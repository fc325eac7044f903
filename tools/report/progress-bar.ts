const barWidth = 30;
const clearLine = '\r\x1b[K';

/** Where progress is shown: `process.stdout`, or what stands for it in tests. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** One line that fills up in a terminal; elsewhere a line for each tenth. */
export class ProgressBar {
  private shownTenths = 0;

  constructor(
    private readonly title: string,
    private readonly total: number,
    private readonly output: Output = process.stdout,
  ) {}

  /** @param note what else is worth telling, e.g. `12.5 images/s` */
  show(done: number, note = ''): void {
    const share = this.total === 0 ? 1 : done / this.total;
    const numbers = `${String(done).padStart(String(this.total).length)}/${this.total}`;
    if (this.output.isTTY) {
      const filled = Math.round(share * barWidth);
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
      this.output.write(`${clearLine}${this.title} ${bar} ${numbers}  ${note}`);
    } else if (Math.floor(share * 10) > this.shownTenths) {
      this.shownTenths = Math.floor(share * 10);
      this.output.write(`${this.title} ${numbers}  ${note}`.trimEnd() + '\n');
    }
  }

  end(): void {
    if (this.output.isTTY) this.output.write('\n');
  }
}
