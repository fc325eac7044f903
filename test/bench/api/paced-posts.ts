import { runTask } from './task.js';

export interface PacedPostsOptions {
  /** Where the API is. */
  url: string;
  perSecond: number;
  seconds: number;
}

/** When each request was sent, in milliseconds of `Date.now()`, and how long its answer took. */
export interface PacedPosts {
  sentAt: Float64Array;
  milliseconds: Float64Array;
  /** How many were answered otherwise than with 200. */
  refused: number;
}

/**
 * Posts images at a fixed pace from a process of its own, however long the answers take: an API that stands still for a second
 * is seen by all that came in that second.
 */
export function pacedPosts(options: PacedPostsOptions): Promise<PacedPosts> {
  return runTask('paced-posts.task', options);
}
