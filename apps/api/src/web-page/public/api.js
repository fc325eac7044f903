/** Calls of the API, with the key of whoever uses the page. */
import { keyHeaders, keyIsMissing } from './api-key.js';

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>} also where the API refuses
 * @throws where it cannot be reached, or a signal has ended it
 */
export async function callApi(path, { headers, ...options } = {}) {
  const response = await fetch(path, { ...options, headers: { ...headers, ...keyHeaders() } });
  if (response.status === 401) keyIsMissing();
  return response;
}

/** What the API says of a call that it has refused. */
export async function reasonOf(response) {
  const answer = await response.json().catch(() => ({}));
  return answer.detail ?? answer.title ?? `The API answered with ${response.status}.`;
}
