/** Thumbnails that the API has made, each asked for when it comes into view. */
import { callApi } from './api.js';

/** While the API says that one is not there yet: 1, 2, 4, 8 and 16 s later. */
const mostLooks = 6;
const timeLimitMs = 20_000;
/** So many at once: a browser holds six connections to an origin, and the API lets who asks first wait. */
const mostAtOnce = 3;
let running = 0;
const waiting = [];
const shown = new WeakMap();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      void hang(target, shown.get(target));
    }
  },
  { rootMargin: '200px' },
);

/**
 * @param {HTMLImageElement} image
 * @param {number} imageId
 * @param {() => void} onBlank called where there is none, or none in time
 */
export function showApiThumbnail(image, imageId, onBlank) {
  // an image without a picture takes no room, and would never come into view
  const mat = image.parentElement;
  shown.set(mat, { image, imageId, onBlank });
  observer.observe(mat);
}

async function hang(mat, { image, imageId, onBlank }) {
  for (let look = 1; look <= mostLooks && mat.isConnected; look += 1) {
    const found = await inTurn(() => read(imageId));
    if (found === undefined) break;
    if (found instanceof Blob) return show(image, found);
    if (look < mostLooks) await new Promise((resolve) => setTimeout(resolve, found * 2 ** (look - 1)));
  }
  onBlank();
}

/** @returns {Promise<Blob | number | undefined>} the picture; after how many milliseconds to ask again; nothing where there is none */
async function read(imageId) {
  const signal = AbortSignal.timeout(timeLimitMs);
  const response = await callApi(`images/${imageId}/thumbnail`, { signal }).catch(() => undefined);
  if (response?.ok) return response.blob().catch(() => 1_000);
  const seconds = Number(response?.headers.get('retry-after') ?? (response ? NaN : 1));
  return seconds > 0 ? seconds * 1_000 : undefined;
}

function show(image, blob) {
  const address = URL.createObjectURL(blob);
  image.onload = () => URL.revokeObjectURL(address);
  image.src = address;
}

async function inTurn(work) {
  if (running >= mostAtOnce) await new Promise((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
