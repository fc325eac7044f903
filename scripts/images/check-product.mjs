// @ts-check
/** `check-product.mjs URL…`: page and documentation answer at each, and a picture that is sent to the first is described. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const timeLimit = AbortSignal.timeout(60_000);

/** @param {string} url @param {RequestInit} [request] */
async function answer(url, request) {
  const response = await fetch(url, { ...request, signal: timeLimit });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return text;
}

const origins = process.argv.slice(2);
for (const origin of origins) {
  for (const [path, words] of [
    ['/', 'Ekphrasis'],
    ['/docs', 'Swagger UI'],
  ]) {
    if (!(await answer(`${origin}${path}`)).includes(words)) throw new Error(`${origin}${path} does not say ${words}`);
  }
}

const form = new FormData();
form.append('image', new Blob([await readFile('samples/star.png')], { type: 'image/png' }), 'star.png');
const { image_id: id } = JSON.parse(await answer(`${origins[0]}/images`, { method: 'POST', body: form }));
for (;;) {
  const { status, description, failure } = JSON.parse(await answer(`${origins[0]}/images/${id}/status`));
  if (failure) throw new Error(`the picture failed: ${JSON.stringify(failure)}`);
  if (status === 'described') {
    console.log(`image ${id}: ${description}`);
    break;
  }
  await delay(100, undefined, { signal: timeLimit });
}
