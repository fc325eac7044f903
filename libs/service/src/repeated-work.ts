/** Work that is done every so often, never twice at once, and not left half done at the end. */
export class RepeatedWork {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  /** @param work never rejects */
  constructor(
    private readonly everyMs: number,
    private readonly work: () => Promise<void>,
  ) {}

  /** Begins, `everyMs` from now. */
  start(): void {
    this.timer = setInterval(() => {
      this.running ??= this.work().finally(() => (this.running = undefined));
    }, this.everyMs);
  }

  /** Begins nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }
}
