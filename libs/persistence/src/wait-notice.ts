const firstAfterMs = 1_000;
const thenEveryMs = 10_000;

/** Where the start says what it waits for. */
export interface StartLog {
  log(message: string): void;
  warn(message: string): void;
}

/** Says what a start waits for: after a second, every ten from then on, and at once where the reason changes. */
export class WaitNotice {
  private what = '';
  private reason = '';
  private timer: NodeJS.Timeout;

  constructor(private readonly logger: StartLog) {
    this.timer = setTimeout(() => this.tell(), firstAfterMs);
  }

  waitsFor(what: string): void {
    if (what === this.what) return;
    this.what = what;
    this.reason = '';
  }

  because(reason: string): void {
    if (reason === this.reason) return;
    this.reason = reason;
    this.tell();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.logger.warn(`waiting for ${this.what}${this.reason && `: ${this.reason}`}`);
    this.timer = setTimeout(() => this.tell(), thenEveryMs);
  }
}
