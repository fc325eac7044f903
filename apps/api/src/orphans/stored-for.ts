import { renditionFolder, renditionJobs } from '@ekphrasis/contracts';

/** For which image an object is kept in storage, as its key says. */
export interface StoredFor {
  key: string;
  imageId: number;
  kind: 'description' | 'result' | 'picture' | 'rendition';
  /** Of the job that wrote it; only of results, and of pictures since there are nonces. */
  nonce?: string;
}

const renditionFolders = Object.values(renditionJobs).map(renditionFolder).join('|');

const forms: [StoredFor['kind'], RegExp][] = [
  ['description', /^(\d{1,16})\.txt$/],
  ['result', /^results\/(\d{1,16})-([\w-]+)\.json$/],
  ['rendition', new RegExp(`^(?:${renditionFolders})/(\\d{1,16})-([\\w-]+)\\.(?:webp|failed)$`)],
  ['picture', /^pictures\/(\d{1,16})(?:-([\w-]+))?$/],
];

/** @returns undefined for what is no object about an image */
export function storedFor(key: string): StoredFor | undefined {
  for (const [kind, form] of forms) {
    const [, digits, nonce] = form.exec(key) ?? [];
    const imageId = Number(digits);
    if (Number.isSafeInteger(imageId)) return { key, imageId, kind, nonce };
  }
  return undefined;
}

/** The nonce of the measurement for which a picture is kept; undefined for what is none. */
export function measuredNonceIn(key: string): { key: string; nonce: string } | undefined {
  const nonce = /^measured\/([\w-]{1,64})$/.exec(key)?.[1];
  return nonce === undefined ? undefined : { key, nonce };
}

/** The processing job for which an original, a record or a result is kept; undefined for what is none of these. */
export function processingIdIn(key: string): { key: string; jobId: string } | undefined {
  const jobId = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.json|-[0-9a-f]+\.[a-z]+)?$/.exec(key)?.[1];
  return jobId === undefined ? undefined : { key, jobId };
}
