import type { EventEmitter } from 'node:events';
import { WakeUp } from '@ekphrasis/time-limit';

/** Ids that somebody follows, and which of them may have changed since they were last looked at: all of them at first. */
export class ChangedIds {
  private readonly followed: Set<string>;
  private changed: Set<string>;
  private readonly wakeUp = new WakeUp();

  /** @param announcements emits a changed id under its own name, and `any` where each may have changed */
  constructor(
    ids: ReadonlySet<string>,
    private readonly announcements: EventEmitter,
    private readonly any: string,
  ) {
    this.followed = new Set(ids);
    this.changed = new Set(ids);
    for (const id of ids) announcements.on(id, this.mark);
    announcements.on(any, this.markAll);
  }

  /** How many are still followed. */
  get size(): number {
    return this.followed.size;
  }

  /** Those that may have changed; they count as looked at. */
  take(): string[] {
    const taken = [...this.changed];
    this.changed = new Set();
    return taken;
  }

  putBack(ids: readonly string[]): void {
    for (const id of ids) this.changed.add(id);
  }

  leave(id: string): void {
    this.followed.delete(id);
    this.changed.delete(id);
    this.announcements.off(id, this.mark);
  }

  close(): void {
    for (const id of [...this.followed]) this.leave(id);
    this.announcements.off(this.any, this.markAll);
  }

  /** @returns whether one may have changed; false after `milliseconds`, or once the signal aborts */
  async changedWithin(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (this.changed.size === 0) await this.wakeUp.within(milliseconds, signal);
    return this.changed.size > 0 && !signal.aborted;
  }

  private readonly mark = (id: string): void => {
    this.changed.add(id);
    this.wakeUp.call();
  };

  private readonly markAll = (): void => {
    this.putBack([...this.followed]);
    this.wakeUp.call();
  };
}
