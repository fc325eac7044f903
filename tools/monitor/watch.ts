import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf, UnexpectedAnswerError } from '../product/product-client.js';
import { ToolError } from '../tool-error.js';
import { showScreen } from './live-screen.js';

export interface WatchOptions<Look> {
  /** Looks at the product. */
  look: () => Promise<Look>;
  /** What is shown of it, and of the look before. */
  show: (now: Look, before: Look) => string;
  intervalMs: number;
  /** One look, which needs another one before it: rates are between two. */
  once: boolean;
  /** Where it ends by itself; until Ctrl-C otherwise. */
  seconds: number | undefined;
}

/**
 * Looks again and again until Ctrl-C, SIGTERM or the end of its time. A product that goes away while it is watched is waited for.
 */
export async function watch<Look>({ look, show, intervalMs, once, seconds }: WatchOptions<Look>): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const end = seconds === undefined ? Infinity : performance.now() + seconds * 1000;
  let before = await look();
  if (!once) showScreen(show(before, before));
  while (performance.now() < end) {
    const pauseMs = Math.min(intervalMs, Math.max(0, end - performance.now()));
    await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return;
    try {
      const now = await look();
      showScreen(show(now, before));
      before = now;
    } catch (error) {
      if (once || !isAway(error)) throw error;
      showScreen(`The product does not answer just now: ${reasonOf(error)}`);
    }
    if (once) return;
  }
}

function isAway(error: unknown): boolean {
  return (
    error instanceof UnexpectedAnswerError ||
    error instanceof ToolError ||
    error instanceof TypeError || // what fetch rejects with
    (error as Error).name === 'TimeoutError'
  );
}
