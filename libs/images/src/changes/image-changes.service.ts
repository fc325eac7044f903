import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { FollowedImages } from './followed-images.js';
import { ImageProgress } from './image-progress.js';
import { statesOpenTo, type ImageState } from './image-state.js';
import { StatusReader } from './status-reader.js';

const retryMs = 1_000;

/** Images as they change, for whoever wants to be told. */
@Injectable()
export class ImageChanges {
  constructor(
    private readonly progress: ImageProgress,
    private readonly reader: StatusReader,
  ) {}

  /**
   * The state of each image now, and again whenever it changes, its newest one where it changes faster than is read. Ends once all
   * are final or unknown, or when the signal aborts: whoever stops reading earlier aborts it. Where the database cannot be read
   * later on, that is tried again.
   * @param caller a client's id; undefined for whoever has no key. Images of others are as unknown as those that there are not
   * @param idleMs after so long without news nothing is told, as an empty list
   * @throws {DatabaseUnavailableError} where it cannot be read at first
   */
  async *follow(
    ids: ReadonlySet<number>,
    idleMs: number,
    signal: AbortSignal,
    caller?: string,
  ): AsyncGenerator<ImageState[], void> {
    const followed = new FollowedImages(ids);
    const unfollow = (): void => this.progress.unfollow(followed, ids);
    // listening before reading: a change in between is read twice rather than never
    this.progress.follow(followed);
    signal.addEventListener('abort', unfollow, { once: true });
    try {
      yield* this.changes(followed, idleMs, signal, caller);
    } finally {
      signal.removeEventListener('abort', unfollow);
      unfollow();
    }
  }

  private async *changes(
    followed: FollowedImages,
    idleMs: number,
    signal: AbortSignal,
    caller: string | undefined,
  ): AsyncGenerator<ImageState[], void> {
    let hasBegun = false;
    while (followed.size > 0) {
      const isChanged = await followed.changedWithin(idleMs, signal);
      if (signal.aborted) return;
      if (!isChanged) {
        yield [];
        continue;
      }
      const known = followed.takeChanged();
      try {
        const states = followed.tell(statesOpenTo(caller, await this.reader.read(known)));
        hasBegun = true;
        if (states.length > 0) yield states;
      } catch (error) {
        if (!hasBegun) throw error;
        for (const id of known.keys()) followed.mark(id);
        await pause(retryMs, undefined, { ref: false });
      }
    }
  }
}
