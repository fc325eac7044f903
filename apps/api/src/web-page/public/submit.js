/** Hands pictures to the API: `POST /images`, a few at a time. */
import { callApi, reasonOf } from './api.js';

/** A browser holds six connections to an origin, and the progress needs one of them. */
const mostAtOnce = 3;
const timeLimitMs = 120_000;
let running = 0;
const waiting = [];

/** The picture was not taken; the message says why. */
export class SubmissionError extends Error {
  /**
   * @param {boolean} isAnswer whether the API has refused it, rather than not answered or been unable to
   * @param {boolean} [wantsKey] whether it was refused for want of a key
   */
  constructor(message, isAnswer, wantsKey = false) {
    super(message);
    this.isAnswer = isAnswer;
    this.wantsKey = wantsKey;
  }
}

/** A fresh idempotency key. `crypto.randomUUID` is missing on pages that come over plain HTTP. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {import('./sources.js').Picture} picture
 * @param {import('./options.js').Details} details
 * @param {string} key the same for each try to send the same picture
 * @returns {Promise<number>} the image's id
 * @throws {SubmissionError}
 */
export async function submit(picture, details, key) {
  if (running >= mostAtOnce) await new Promise((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await post(picture.file ? await uploadOf(picture.file, details) : addressOf(picture.url, details), key);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

async function post({ headers, body }, key) {
  const signal = AbortSignal.timeout(timeLimitMs);
  const response = await callApi('images', {
    method: 'POST',
    headers: { ...headers, accept: 'application/json', 'idempotency-key': key },
    body,
    signal,
  }).catch(() => {
    throw new SubmissionError(
      signal.aborted ? 'The API did not answer in time.' : 'The API could not be reached.',
      false,
    );
  });
  if (!response.ok)
    throw new SubmissionError(await reasonOf(response), isFinal(response.status), response.status === 401);
  const answer = await response.json().catch(() => ({}));
  if (Number.isSafeInteger(answer.image_id)) return answer.image_id;
  throw new SubmissionError('The API gave no number.', false);
}

/** Whether the API would say the same again, with whatever key and at whatever time. */
function isFinal(status) {
  return status < 500 && status !== 401 && status !== 429;
}

function addressOf(url, details) {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image_url: url, ...details }) };
}

async function uploadOf(file, { tag, options }) {
  // a folder, or a file that has gone, would only show up as a network error
  await file
    .slice(0, 1)
    .arrayBuffer()
    .catch(() => {
      throw new SubmissionError('This file cannot be read.', true);
    });
  const body = new FormData();
  if (tag) body.append('tag', tag);
  if (options) body.append('options', JSON.stringify(options));
  body.append('image', file, file.name || 'picture');
  return { headers: {}, body };
}
