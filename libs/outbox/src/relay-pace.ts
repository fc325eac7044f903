const batchSize = 1_000;
/** Between batches that are not full, while more comes: a batch costs a transaction, however little is in it. */
const gatherMs = 10;
/** So many messages in one commit, or more, have waited for each other: requests come faster than they are taken in. */
const largeCommit = 16;
/** Under such load the relay leaves the processor to the requests, but for a small batch this often. What waits is safe. */
const loadedPauseMs = 100;
const loadedBatchSize = 256;

/** How much the relay sends, and how often: it gives way to requests that wait for their commit. */
export class RelayPace {
  /** The most messages that one commit brought since the last batch or pause began. */
  private largestCommit = 0;
  private isLoaded = false;

  committed(messages: number): void {
    this.largestCommit = Math.max(this.largestCommit, messages);
  }

  /** To be called when a batch begins. @returns how many messages it may have */
  begin(): number {
    const limit = this.isLoaded && this.largestCommit >= largeCommit ? loadedBatchSize : batchSize;
    this.largestCommit = 0;
    return limit;
  }

  /** To be called when a batch has ended. @returns milliseconds until the next one */
  pauseMs(wasFull: boolean): number {
    this.isLoaded = this.largestCommit >= largeCommit;
    if (!this.isLoaded) return wasFull ? 0 : gatherMs;
    this.largestCommit = 0;
    return loadedPauseMs;
  }
}
