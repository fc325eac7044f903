// @ts-check
/**
 * `check-product.mjs API API PAGE`: page and documentation answer at both addresses of the API; a picture that is sent to the first is
 * described, another processed, and one measured for a client that ADMIN_TOKEN makes; the page of tasks has one answered.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const timeLimit = AbortSignal.timeout(120_000);
const [api, also, tasks] = process.argv.slice(2);
const picture = new Blob([await readFile('samples/heart.png')], { type: 'image/png' });

/** @param {string} url @param {RequestInit} [request] */
async function answer(url, request) {
  const response = await fetch(url, { ...request, signal: timeLimit });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return text;
}

/** @param {string} url @param {RequestInit} [request] */
const json = async (url, request) => JSON.parse(await answer(url, request));

/** @param {string} field @param {Record<string, string>} [headers] @returns {RequestInit} */
function upload(field, headers = {}) {
  const body = new FormData();
  body.append(field, picture, 'heart.png');
  return { method: 'POST', body, headers };
}

/**
 * @template T
 * @param {() => Promise<T | undefined>} look
 * @returns {Promise<T>}
 */
async function once(look) {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100, undefined, { signal: timeLimit });
  }
}

for (const origin of [api, also]) {
  for (const [path, words] of [
    ['/', 'Ekphrasis'],
    ['/docs', 'Swagger UI'],
  ]) {
    if (!(await answer(`${origin}${path}`)).includes(words)) throw new Error(`${origin}${path} does not say ${words}`);
  }
}

const { image_id: id } = await json(`${api}/images`, upload('image'));
const description = await once(async () => {
  const { status, description, failure } = await json(`${api}/images/${id}/status`);
  if (failure) throw new Error(`the picture failed: ${JSON.stringify(failure)}`);
  return status === 'described' ? description : undefined;
});
console.log(`image ${id}: ${description}`);

const { job_id: jobId } = await json(`${api}/upload`, upload('file'));
const result = await once(async () => {
  const { status, result } = await json(`${api}/status/${jobId}`);
  if (status === 'failed') throw new Error(`the upload failed: ${JSON.stringify(result)}`);
  return status === 'completed' ? result : undefined;
});
const processed = await fetch(`${api}${result.download_url}`, { signal: timeLimit });
const bytes = (await processed.arrayBuffer()).byteLength;
if (bytes !== result.bytes) throw new Error(`${result.download_url} has ${bytes} bytes, not ${result.bytes}`);
console.log(`processed ${jobId}: ${result.width} × ${result.height}`);

const operator = { authorization: `Bearer ${process.env.ADMIN_TOKEN}`, 'content-type': 'application/json' };
const client = await json(`${api}/clients`, { method: 'POST', headers: operator, body: '{"name":"images"}' });
const key = { authorization: `Bearer ${client.api_key}` };
const { measurements } = await json(`${api}/red`, upload('file', key));
const { images } = await json(`${api}/red/stats`, { headers: key });
if (images !== 1) throw new Error(`one measurement is counted ${images} times`);
console.log(`measured: ${measurements[0].red} red`);

const before = (await json(`${tasks}/api/results?limit=1000`)).results.at(-1)?.id ?? 0;
await answer(`${tasks}/api/messages`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"messages":["fact:6"]}',
});
const task = await once(async () => (await json(`${tasks}/api/results?after=${before}`)).results[0]);
if (task.result !== '720') throw new Error(`6! is told to be ${JSON.stringify(task)}`);
console.log(`task ${task.id}: fact:6 is ${task.result}`);
