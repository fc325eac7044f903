import { Injectable } from '@nestjs/common';
import { FollowedImages } from './followed-images.js';
import { inTurns } from './in-turns.js';

/** Ids whose status may have changed; `undefined` stands for any. */
export type ChangedIds = readonly number[] | undefined;

/** Followers that are woken before others have their turn. */
const wokenAtOnce = 8;

/** Tells whoever watches in this process which images may have changed. */
@Injectable()
export class ImageProgress {
  /** One alone is kept without a set: most images have one, and there may be hundreds of thousands. */
  private readonly followers = new Map<number, FollowedImages | Set<FollowedImages>>();
  private readonly all = new Set<FollowedImages>();

  follow(followed: FollowedImages): void {
    this.all.add(followed);
    for (const id of followed.ids) {
      const present = this.followers.get(id);
      if (present instanceof Set) present.add(followed);
      else this.followers.set(id, present ? new Set([present, followed]) : followed);
    }
  }

  /** @param ids all that it began with: those that are final by now too */
  unfollow(followed: FollowedImages, ids: Iterable<number>): void {
    this.all.delete(followed);
    for (const id of ids) {
      const present = this.followers.get(id);
      if (present instanceof Set) present.delete(followed);
      if (present === followed || (present instanceof Set && present.size === 0)) this.followers.delete(id);
    }
  }

  /** @param ids undefined after a time in which changes may have been missed: any may have changed */
  announce(ids: ChangedIds): void {
    if (ids === undefined) void inTurns([...this.all], wokenAtOnce, (followed) => followed.markAll());
    else for (const id of ids) for (const followed of this.followersOf(id)) followed.mark(id);
  }

  private followersOf(id: number): Iterable<FollowedImages> {
    const followers = this.followers.get(id) ?? [];
    return followers instanceof FollowedImages ? [followers] : followers;
  }
}
