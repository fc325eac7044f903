import { Readable } from 'node:stream';

/**
 * The body of one event stream. It is read on only when the client has taken what came before, so a slow client costs no more
 * than one text.
 */
export class ProgressStream extends Readable {
  private readonly ended = new AbortController();
  private readonly events: AsyncIterator<string>;

  /** @param events ends when its signal aborts: nobody reads any more */
  constructor(events: (signal: AbortSignal) => AsyncIterator<string>) {
    // nothing is read ahead: it would be old when it is wanted
    super({ highWaterMark: 0 });
    this.events = events(this.ended.signal);
  }

  /** Ends it, whatever it waits for. */
  finish(): void {
    if (this.ended.signal.aborted) return;
    this.ended.abort();
    this.push(null);
  }

  override _read(): void {
    void this.readOn();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.ended.abort();
    callback(error);
  }

  private async readOn(): Promise<void> {
    try {
      const next = await this.events.next();
      if (this.ended.signal.aborted) return;
      if (next.done) this.finish();
      else this.push(next.value);
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}
