/** The names of what API and workers keep in storage. */

/** The caption alone, for whoever looks into the storage: of image 17, `17.txt`. */
export function descriptionKey(imageId: number): string {
  return `${imageId}.txt`;
}

/** What a job came to, a `CaptionResult`: found by that job alone, whoever else has or had its image's id. */
export function resultKey({ imageId, nonce }: { imageId: number; nonce: string }): string {
  return `results/${imageId}-${nonce}.json`;
}

/** An uploaded picture. Jobs name the key in full: those of earlier versions are `pictures/17`. */
export function pictureKey({ imageId, nonce }: { imageId: number; nonce: string }): string {
  return `pictures/${imageId}-${nonce}`;
}

/** A picture that was measured. */
export function measuredPictureKey(nonce: string): string {
  return `measured/${nonce}`;
}

/** Up to where ids were given out, and in which history of the database: the API's high-water mark. */
export const givenIdsKey = 'given-ids.json';

/** The original of a processing job, in the storage of uploads. */
export function uploadKey(jobId: string): string {
  return jobId;
}

/** What a processing job came to, a `ProcessingResult`, in the storage of processed pictures. It is written once, and names the picture. */
export function processingRecordKey(jobId: string): string {
  return `${jobId}.json`;
}

/** The picture that a job came to. @param digest of its bytes: of two workers with one job that differ, each writes its own */
export function processedKey(jobId: string, digest: string, format: string): string {
  return `${jobId}-${digest}.${format}`;
}

/** Where all renditions of a kind lie. */
export function renditionFolder({ name }: { name: string }): string {
  return `${name}s`;
}

/** A rendition of an image. @param job its kind of job @param nonce of the image's row; null in rows of earlier versions */
export function renditionKey(job: { name: string }, imageId: number, nonce: string | null): string {
  return `${renditionFolder(job)}/${imageId}-${nonce ?? 'none'}.webp`;
}

/** The note that there can be none: why. */
export function renditionFailureKey(job: { name: string }, imageId: number, nonce: string | null): string {
  return `${renditionFolder(job)}/${imageId}-${nonce ?? 'none'}.failed`;
}
