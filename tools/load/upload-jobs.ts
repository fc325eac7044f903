import { setTimeout as delay } from 'node:timers/promises';
import {
  reasonOf,
  UnexpectedAnswerError,
  type PictureToUpload,
  type ProductClient,
} from '../product/product-client.js';
import type { RunJob } from '../results/run-result.js';

/** Where the API says that it has too much to do just now, or too many requests from us. */
const busyStatuses = [429, 503];
const tries = 5;
const longestPauseSeconds = 10;

/** A picture, and what of the run it belongs to. */
export interface PlannedUpload {
  picture: PictureToUpload;
  width: number;
  height: number;
  /** Of a burst test, from 0. */
  burst?: number;
}

/** What all uploads of a run share. */
export interface Uploading {
  client: ProductClient;
  /** Milliseconds since the run began. */
  elapsedMs: () => number;
  /** Called with each as soon as it was answered, or given up. */
  onUploaded: (job: RunJob) => void;
}

/**
 * Uploads pictures, so many at the same time. An API that is busy is asked again when it says; other refusals are recorded, and the rest
 * goes on.
 */
export async function uploadAll(uploads: PlannedUpload[], concurrency: number, uploading: Uploading): Promise<void> {
  const waiting = uploads[Symbol.iterator]();
  const uploadOnes = async (): Promise<void> => {
    for (const upload of waiting) uploading.onUploaded(await uploadOne(upload, uploading));
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, uploads.length) }, uploadOnes));
}

async function uploadOne(upload: PlannedUpload, { client, elapsedMs }: Uploading): Promise<RunJob> {
  const sentAtMs = elapsedMs();
  const { picture, width, height, burst } = upload;
  const { fileName, operations, bytes } = picture;
  const what = { fileName, operations, bytes: bytes.length, width, height, ...(burst !== undefined && { burst }) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const jobId = await client.upload(picture);
      return { ...what, sentAtMs, uploadMs: elapsedMs() - sentAtMs, status: 'unfinished', jobId };
    } catch (error) {
      const pauseMs = attempt < tries ? pauseBefore(error, attempt) : undefined;
      if (pauseMs === undefined)
        return { ...what, sentAtMs, uploadMs: elapsedMs() - sentAtMs, status: 'refused', error: reasonOf(error) };
      await delay(pauseMs);
    }
  }
}

/** @returns undefined where trying again would not help */
function pauseBefore(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof UnexpectedAnswerError) || !busyStatuses.includes(error.status)) return undefined;
  return 1000 * Math.min(longestPauseSeconds, error.retryAfterSeconds ?? attempt / 2);
}
