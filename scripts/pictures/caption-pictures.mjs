// @ts-check
import { openAsBlob, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pictureTypes = new Map([
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.png', 'image/png'],
  ['.webp', 'image/webp'],
  ['.gif', 'image/gif'],
  ['.avif', 'image/avif'],
]);

/**
 * @typedef {object} SampleResult
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
 * @param {string} url
 * @param {RequestInit} [request]
 * @returns {Promise<any>}
 */
async function fetchJson(url, request) {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) });
  if (response.ok) return response.json();
  /** @type {any} */
  const problem = await response.json().catch(() => ({})); // a problem document, if the API could still write one
  throw new Error(`${response.status}: ${problem.detail ?? response.statusText}`);
}

/**
 * @param {string} apiUrl
 * @param {string} directory
 * @param {string} picture
 * @returns {Promise<number>} the image's id
 */
async function upload(apiUrl, directory, picture) {
  const form = new FormData();
  form.set('image', await openAsBlob(join(directory, picture), { type: pictureTypes.get(extname(picture)) }), picture);
  return (await fetchJson(`${apiUrl}/images`, { method: 'POST', body: form })).image_id;
}

/**
 * @param {string} apiUrl
 * @param {number} imageId
 * @param {AbortSignal} timeLimit
 * @returns {Promise<ImageStatus>}
 */
async function waitUntilFinished(apiUrl, imageId, timeLimit) {
  for (;;) {
    const status = await fetchJson(`${apiUrl}/images/${imageId}/status`);
    if (status.status === 'described' || status.status === 'failed') return status;
    if (timeLimit.aborted) throw new Error(`still ${status.status} when its time was up`);
    await delay(100);
  }
}

/**
 * Captions every picture of a directory through the public API, all at once.
 *
 * @param {string} apiUrl
 * @param {string} directory
 * @param {number} [withinMs] time for all of them together
 * @returns {Promise<SampleResult[]>} in the order of their names
 */
export async function captionSamples(apiUrl, directory, withinMs = 180_000) {
  const pictures = readdirSync(directory).filter((name) => pictureTypes.has(extname(name))).sort();
  const timeLimit = AbortSignal.timeout(withinMs);
  return Promise.all(
    pictures.map(async (picture) => {
      const start = performance.now();
      const nothing = { picture, caption: undefined, confidence: null, workerMs: undefined };
      try {
        const status = await waitUntilFinished(apiUrl, await upload(apiUrl, directory, picture), timeLimit);
        const totalMs = performance.now() - start;
        const workerMs = Date.parse(status.finishedAt ?? '') - Date.parse(status.startedAt ?? '');
        return {
          picture,
          caption: status.description || undefined,
          confidence: status.confidence,
          totalMs,
          workerMs: Number.isNaN(workerMs) ? undefined : workerMs,
          problem: status.description ? undefined : (status.failure?.message ?? 'no caption'),
        };
      } catch (error) {
        return { ...nothing, totalMs: performance.now() - start, problem: error.message };
      }
    }),
  );
}
