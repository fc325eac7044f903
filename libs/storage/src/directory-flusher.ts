import { flushFile, withOpenFile } from './open-files.js';

/**
 * Makes new names in a directory durable (fsync of the directory). Calls for one directory are grouped: while a flush runs,
 * all that come wait together for the next one, so concurrent writers share flushes instead of queueing for them.
 */
export class DirectoryFlusher {
  private readonly running = new Map<string, Promise<void>>();
  private readonly next = new Map<string, Promise<void>>();

  /** Resolves once every name that was there before the call is durable. */
  flush(directory: string): Promise<void> {
    const running = this.running.get(directory);
    if (!running) return this.start(directory);
    // The running flush may have begun before the caller's rename: only the one after it counts.
    let next = this.next.get(directory);
    if (!next) {
      next = running
        .catch(() => undefined)
        .then(() => {
          this.next.delete(directory);
          return this.start(directory);
        });
      this.next.set(directory, next);
    }
    return next;
  }

  private start(directory: string): Promise<void> {
    const flush = flushDirectory(directory).finally(() => {
      if (this.running.get(directory) === flush) this.running.delete(directory);
    });
    this.running.set(directory, flush);
    return flush;
  }
}

function flushDirectory(directory: string): Promise<void> {
  return withOpenFile(directory, 'r', flushFile);
}
