import { runTask } from './task.js';

export interface BigListsOptions {
  /** Where the API is. */
  url: string;
  /** Lists that are read at once, each again and again. */
  atOnce: number;
  seconds: number;
}

export interface BigLists {
  /** How long each list took that was read to its end, in milliseconds. */
  milliseconds: Float64Array;
  /** Bytes that came in all. */
  bytes: number;
}

/** Reads `GET /images` whole, from a process of its own. @throws when an answer was not 200 */
export function readBigLists(options: BigListsOptions): Promise<BigLists> {
  return runTask('big-lists.task', options);
}
