/** A large factorial that somebody waits for, or has waited for. */
interface Asked {
  promise: Promise<string>;
  resolve: (value: string) => void;
  reject: (error: Error) => void;
  /** How many have asked for it and not gone away since. */
  readers: number;
}

/**
 * Which factorials are to be computed, one after the other, and the latest that were. Who asks for the same one shares the answer; one
 * that nobody waits for any more has left the line.
 *
 * State machine of one: waiting -> (its turn) computing -> computed, kept; waiting -> (all who asked have gone) forgotten
 */
export class FactorialQueue {
  /** Those that were asked for, the latest last. */
  private readonly asked = new Map<number, Asked>();
  private readonly waiting = new Set<number>();
  private computing?: number;

  /** @param kept how many that were computed are kept */
  constructor(private readonly kept: number) {}

  /** @param signal says that the caller waits no more: rejects with its reason */
  ask(n: number, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const asked = this.asked.get(n) ?? this.add(n);
    asked.readers += 1;
    if (!signal || !this.isDue(n)) return asked.promise;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason as Error);
        asked.readers -= 1;
        if (asked.readers === 0 && this.waiting.delete(n)) this.asked.delete(n);
      };
      signal.addEventListener('abort', leave, { once: true });
      void asked.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** Whose turn it is; undefined while one is computed, and where none waits. */
  next(): number | undefined {
    if (this.computing !== undefined) return undefined;
    const [n] = this.waiting;
    if (n !== undefined) this.waiting.delete(n);
    return (this.computing = n);
  }

  computed(n: number, value: string): void {
    this.computing = undefined;
    this.asked.get(n)?.resolve(value);
    for (const old of this.asked.keys()) {
      if (this.asked.size > this.kept && !this.isDue(old)) this.asked.delete(old);
    }
  }

  /** Fails whatever was to be computed. */
  fail(error: Error): void {
    const failed = [...this.asked].filter(([n]) => this.isDue(n));
    this.computing = undefined;
    this.waiting.clear();
    for (const [n, { reject }] of failed) {
      this.asked.delete(n);
      reject(error);
    }
  }

  private isDue(n: number): boolean {
    return this.computing === n || this.waiting.has(n);
  }

  private add(n: number): Asked {
    const asked = { readers: 0 } as Asked;
    asked.promise = new Promise((resolve, reject) => Object.assign(asked, { resolve, reject }));
    this.asked.set(n, asked);
    this.waiting.add(n);
    return asked;
  }
}
