/** Lets so many calls run at once; further ones wait in the order in which they came. */
export class ConcurrencyLimit {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly largest: number) {}

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running < this.largest) this.running++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
