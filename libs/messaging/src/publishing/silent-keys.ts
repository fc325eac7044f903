const longestSilenceMs = 20_000;

/**
 * The routing keys whose messages got no answer of late. A node that is cut off from the others of its cluster may keep its
 * connections and go on answering for what it has itself; messages for queues whose majority is elsewhere it never confirms.
 */
export class SilentKeys {
  private readonly since = new Map<string, number>();

  answered(key: string): void {
    this.since.delete(key);
  }

  /** A message was not answered in time. @returns whether none with its key has been for so long that another node should be asked */
  unanswered(key: string, now = Date.now()): boolean {
    const since = this.since.get(key) ?? now;
    this.since.set(key, since);
    if (now - since < longestSilenceMs) return false;
    this.since.clear();
    return true;
  }
}
