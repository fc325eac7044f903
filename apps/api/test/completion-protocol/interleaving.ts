import { seededRandom } from '../../../../test/support/seeded-random.js';

/**
 * Decides what happens next. Everything asynchronous in the simulated world waits in `step`; of all that waits, one at a
 * time goes on, chosen by the seed, and runs until it waits again. So one seed is one interleaving.
 */
export class Interleaving {
  private readonly waiting: (() => void)[] = [];
  private readonly random: () => number;

  constructor(
    seed: number,
    private readonly afterEachStep: () => void,
  ) {
    this.random = seededRandom(seed);
  }

  /** Resolves when it is this caller's turn. */
  step(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** True once in `n` on the average. */
  oneIn(n: number): boolean {
    return this.random() * n < 1;
  }

  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  /** Lets everything that waits go on, until nothing does. */
  async run(): Promise<void> {
    await settle();
    while (this.waiting.length > 0) {
      const [next] = this.waiting.splice(this.below(this.waiting.length), 1);
      next?.();
      await settle();
      this.afterEachStep();
    }
  }
}

/** Runs all microtasks: what was woken has then reached its next `step`. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
