/** A key that was good when it was last looked up. */
export interface KnownKey {
  clientId: string;
  /** When that was, in milliseconds of the same clock. */
  checkedAt: number;
}

/** Keys that were looked up and are good, by their digests as text; of more than fit in, those that were checked longest ago go. */
export class KnownKeys {
  private readonly keys = new Map<string, KnownKey>();

  constructor(private readonly capacity: number) {}

  find(digest: string): KnownKey | undefined {
    return this.keys.get(digest);
  }

  /** The last in the order of checks. */
  keep(digest: string, key: KnownKey): void {
    this.keys.delete(digest);
    this.keys.set(digest, key);
    if (this.keys.size <= this.capacity) return;
    const [oldest] = this.keys.keys();
    if (oldest !== undefined) this.keys.delete(oldest);
  }

  forget(digest: string): void {
    this.keys.delete(digest);
  }
}
