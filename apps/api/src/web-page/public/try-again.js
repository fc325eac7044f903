/**
 * Has a failed image tried again: `POST /images/<id>/retry`.
 *
 * @throws {Error} with the reason where that is refused, or the API cannot be reached
 */
export async function tryAgain(imageId) {
  const signal = AbortSignal.timeout(30_000);
  const response = await fetch(`images/${imageId}/retry`, { method: 'POST', signal }).catch(() => {
    throw new Error('The API could not be reached.');
  });
  if (response.ok) return;
  const answer = await response.json().catch(() => ({}));
  throw new Error(answer.detail ?? `The API answered with ${response.status}.`);
}
