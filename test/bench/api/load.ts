import { runTask } from './task.js';

export interface LoadOptions {
  /** Where the API under load is. */
  url: string;
  connections: number;
  seconds: number;
}

export interface Load {
  /** Requests answered. */
  count: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** The picture's URL that every request carries. */
export const pictureUrl = 'https://pictures.example.com/gallery/2026/a-red-circle-on-white.png';

/** Posts images as fast as they are answered, from a process of its own. @throws when an answer was not 200 */
export async function post(url: string, connections: number, seconds: number, path = '/images'): Promise<Load> {
  return runTask<LoadOptions, Load>('load.task', { url: `${url}${path}`, connections, seconds });
}
