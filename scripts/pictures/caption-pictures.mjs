// @ts-check
import { openAsBlob, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pictureTypes = new Map([
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.png', 'image/png'],
  ['.webp', 'image/webp'],
  ['.gif', 'image/gif'],
  ['.avif', 'image/avif'],
  ['.tif', 'image/tiff'],
  ['.tiff', 'image/tiff'],
]);

/** Uploads that wait for their caption at the same time. */
const together = 32;

/**
 * @typedef {object} PictureResult
 * @property {string} picture file name
 * @property {string | undefined} caption undefined where there is none
 * @property {number | null} confidence from 0 to 1
 * @property {number} totalMs from the start of the upload to the description that could be read
 * @property {number | undefined} workerMs of that, time in a worker
 * @property {string | undefined} problem why there is no caption
 */

/**
 * The API's answer to `GET /images/<id>/status`.
 *
 * @typedef {object} ImageStatus
 * @property {'queued' | 'processing' | 'described' | 'failed'} status
 * @property {string | null} description
 * @property {number | null} confidence
 * @property {{ code: string, message: string } | null} failure
 * @property {string | null} startedAt
 * @property {string | null} finishedAt
 */

/**
 * @typedef {object} Api
 * @property {string} url
 * @property {string} token the operator's, for an API that wants a key (`API_KEYS=required`)
 */

/**
 * @param {Api} api
 * @param {string} path
 * @param {RequestInit} [request]
 * @returns {Promise<any>}
 */
async function fetchJson(api, path, request) {
  const headers = { authorization: `Bearer ${api.token}` };
  const response = await fetch(`${api.url}${path}`, { ...request, headers, signal: AbortSignal.timeout(10_000) });
  if (response.ok) return response.json();
  /** @type {any} */
  const problem = await response.json().catch(() => ({})); // a problem document, if the API could still write one
  throw new Error(`${response.status}: ${problem.detail ?? response.statusText}`);
}

/**
 * @param {Api} api
 * @param {string} path
 * @returns {Promise<number>} the image's id
 */
async function upload(api, path) {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) throw new Error('there is no such file');
  if (!file.isFile()) throw new Error('it is no file');
  const form = new FormData();
  form.set('image', await openAsBlob(path, { type: pictureTypes.get(extname(path).toLowerCase()) }), basename(path));
  return (await fetchJson(api, '/images', { method: 'POST', body: form })).image_id;
}

/**
 * @param {Api} api
 * @param {number} imageId
 * @param {() => boolean} isTimeUp
 * @returns {Promise<ImageStatus>}
 */
async function waitUntilFinished(api, imageId, isTimeUp) {
  for (;;) {
    const status = await fetchJson(api, `/images/${imageId}/status`);
    if (status.status === 'described' || status.status === 'failed') return status;
    if (isTimeUp()) throw new Error(`still ${status.status} when its time was up`);
    await delay(100);
  }
}

/**
 * The pictures of a directory, by their names' endings.
 *
 * @param {string} directory
 * @returns {string[]} paths in the order of their names
 */
export function picturesOf(directory) {
  const names = readdirSync(directory).filter((name) => pictureTypes.has(extname(name).toLowerCase()));
  return names.sort().map((name) => join(directory, name));
}

/**
 * Captions pictures through the public API, as many at once as two workers hold jobs. One that is missing, or no picture, has
 * its own problem and stops no other.
 *
 * @param {Api} api
 * @param {string[]} paths
 * @param {number} [withinMs] time from one picture that is finished to the next
 * @returns {Promise<PictureResult[]>} in the order of the paths
 */
export async function captionPictures(api, paths, withinMs = 180_000) {
  let lastFinished = performance.now();
  const isTimeUp = () => performance.now() - lastFinished > withinMs;
  /** @type {PictureResult[]} */
  const results = [];
  const waiting = [...paths.entries()];
  const captionNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, path] = next;
      results[index] = await captionPicture(api, path, isTimeUp);
      lastFinished = performance.now();
    }
  };
  await Promise.all(Array.from({ length: together }, captionNext));
  return results;
}

/**
 * @param {Api} api
 * @param {string} path
 * @param {() => boolean} isTimeUp
 * @returns {Promise<PictureResult>}
 */
async function captionPicture(api, path, isTimeUp) {
  const start = performance.now();
  const picture = basename(path);
  try {
    const status = await waitUntilFinished(api, await upload(api, path), isTimeUp);
    const totalMs = performance.now() - start;
    const workerMs = Date.parse(status.finishedAt ?? '') - Date.parse(status.startedAt ?? '');
    return {
      picture,
      caption: status.description ?? undefined,
      confidence: status.confidence,
      totalMs,
      workerMs: Number.isNaN(workerMs) ? undefined : workerMs,
      problem: status.failure?.message,
    };
  } catch (error) {
    const nothing = { picture, caption: undefined, confidence: null, workerMs: undefined };
    return { ...nothing, totalMs: performance.now() - start, problem: error.message };
  }
}
