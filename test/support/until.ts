import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  /** Milliseconds after which it is given up, 90,000 by default. */
  within?: number;
  /** Milliseconds between two looks, 50 by default. */
  every?: number;
}

/**
 * Looks again and again until `look` gives something other than undefined, null or false, and gives that. An error that it throws
 * counts as "not yet".
 *
 * @throws Error that names `what`, with the last error as its cause, when the time is up
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { within = 90_000, every = 50 }: UntilOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + within;
  for (;;) {
    let cause: unknown;
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<T, undefined | null | false>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      const last = cause instanceof Error ? `; last: ${cause.message}` : '';
      throw new Error(`Waited ${within} ms in vain until ${what}${last}`, { cause });
    }
    await pause(every);
  }
}

/**
 * Looks again and again for `during` milliseconds: for what must not happen, where no event can say that it never will.
 * `holds` throws as soon as it has happened.
 */
export async function throughout(during: number, holds: () => unknown): Promise<void> {
  const end = performance.now() + during;
  while (performance.now() < end) {
    await holds();
    await pause(50);
  }
  await holds();
}
