import { join } from 'node:path';
import { ThreadClient } from '../threads/thread-client.js';
import type { PreparationSettings, PreparedPicture } from './preparation-thread.js';

/** Decodes and resamples pictures on a thread of its own, a limited number of them at a time. */
export class PicturePreparation {
  private readonly thread: ThreadClient<Uint8Array, PreparedPicture>;
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(
    settings: PreparationSettings,
    private readonly concurrency: number,
  ) {
    this.thread = new ThreadClient(join(__dirname, 'preparation-thread'), settings);
  }

  /** @throws PictureError's code and message; whatever once the signal is aborted */
  async prepare(bytes: Uint8Array, signal: AbortSignal): Promise<PreparedPicture> {
    if (this.running >= this.concurrency) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      signal.throwIfAborted();
      // a copy of its own: a view would be sent with all of the memory that it is a part of
      const copy = new Uint8Array(bytes);
      return await this.thread.call(copy, { transfer: [copy.buffer], signal });
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  async close(): Promise<void> {
    await this.thread.close();
  }
}
