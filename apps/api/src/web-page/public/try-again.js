import { callApi, reasonOf } from './api.js';

/**
 * Has a failed image tried again: `POST /images/<id>/retry`.
 *
 * @throws {Error} with the reason where that is refused, or the API cannot be reached
 */
export async function tryAgain(imageId) {
  const signal = AbortSignal.timeout(30_000);
  const response = await callApi(`images/${imageId}/retry`, { method: 'POST', signal }).catch(() => {
    throw new Error('The API could not be reached.');
  });
  if (!response.ok) throw new Error(await reasonOf(response));
}
