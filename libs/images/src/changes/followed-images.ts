import { WakeUp } from '@ekphrasis/time-limit';
import type { ImageState, ImageStates, KnownVersions } from './image-state.js';

/** Images that are looked at together. So many states are all that somebody has in hand who takes them slowly. */
const mostAtOnce = 100;

/**
 * The images that somebody follows: those that are not final yet, what it has told of each last, and which may have changed
 * since. However often an image changes while nobody reads, it waits here once, and its newest state is told.
 */
export class FollowedImages {
  /** The version that was told last; undefined before the first. */
  private readonly told: Map<number, string | undefined>;
  private readonly changed = new Set<number>();
  private readonly wakeUp = new WakeUp();

  constructor(ids: Iterable<number>) {
    this.told = new Map([...ids].map((id) => [id, undefined]));
    this.markAll();
  }

  /** How many are not final yet, or not known to be. */
  get size(): number {
    return this.told.size;
  }

  get ids(): Iterable<number> {
    return this.told.keys();
  }

  /** Says that an image may have changed. */
  mark(id: number): void {
    if (!this.told.has(id)) return;
    this.changed.add(id);
    this.wakeUp.call();
  }

  /** Says that any of them may have changed. */
  markAll(): void {
    for (const id of this.told.keys()) this.changed.add(id);
    this.wakeUp.call();
  }

  /** Some of those that may have changed, with what was told of them; they count as looked at. */
  takeChanged(): KnownVersions {
    const taken = new Map<number, string | undefined>();
    for (const id of this.changed) {
      if (taken.size === mostAtOnce) break;
      taken.set(id, this.told.get(id));
      this.changed.delete(id);
    }
    return taken;
  }

  /** Takes in what was found of some of them. @returns what is new */
  tell(states: ImageStates): ImageState[] {
    const told: ImageState[] = [];
    for (const [id, state] of states) {
      if (!this.told.has(id)) continue;
      if (state) told.push(state);
      if (state && !state.isFinal) {
        this.told.set(id, state.version);
        continue;
      }
      this.told.delete(id);
      this.changed.delete(id);
    }
    return told;
  }

  /** @returns whether one may have changed; false after `milliseconds`, or once the signal aborts */
  async changedWithin(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (this.changed.size === 0) await this.wakeUp.within(milliseconds, signal);
    return this.changed.size > 0 && !signal.aborted;
  }
}
