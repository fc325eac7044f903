import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isCodedError } from '../coded-errors.js';
import type { HubClient, HubFile } from './hub-client.js';
import { matchesHubDigest } from './hub-digest.js';
import { HubError } from './hub-error.js';

const mostAttempts = 6;
const firstDelayMs = 250;

export interface Download {
  client: HubClient;
  repository: string;
  file: HubFile;
  /** Where the file shall lie. */
  path: string;
  /** Hears how much of the file is there, in bytes. */
  onProgress?: (bytes: number) => void;
  signal?: AbortSignal;
}

/**
 * Downloads a file of the hub. A part that is there already, of this run or an earlier one, is kept and continued: it is
 * named after the digest, so that parts of different versions never mix. The file appears under its own name only once
 * its digest is right.
 * @throws HubError
 */
export async function downloadFile(download: Download): Promise<void> {
  const { path, file, repository, onProgress } = download;
  if ((await sizeOf(path)) > 0 && (await matchesHubDigest(path, file.digest))) {
    onProgress?.(await sizeOf(path));
    return;
  }
  const partial = `${path}.${file.digest.slice(0, 16)}.partial`;
  await downloadAll(download, partial);
  if (!(await matchesHubDigest(partial, file.digest))) {
    await rm(partial);
    throw new HubError(
      'hub-checksum',
      `${repository}/${file.name}: what arrived does not have the digest ${file.digest}`,
    );
  }
  await rename(partial, path);
}

/** Goes on until all is there; only attempts that bring nothing count towards giving up. */
async function downloadAll(download: Download, partial: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(partial);
    try {
      await downloadRest(download, partial);
      return;
    } catch (error) {
      download.signal?.throwIfAborted();
      if (isCodedError(error) && !error.retryable) throw error;
      if ((await sizeOf(partial)) > before) attempt = 0;
      if (attempt >= mostAttempts) throw unavailable(download, error);
      await delay(firstDelayMs * 2 ** attempt, undefined, { signal: download.signal });
    }
  }
}

async function downloadRest(
  { client, repository, file, onProgress, signal }: Download,
  partial: string,
): Promise<void> {
  const have = await sizeOf(partial);
  if (file.bytes !== undefined && have === file.bytes) return;
  if (file.bytes !== undefined && have > file.bytes) await rm(partial);
  const { body, start } = await client.open(repository, file, have > (file.bytes ?? Infinity) ? 0 : have, signal);
  let bytes = start;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onProgress?.((bytes += chunk.length));
      done(null, chunk);
    },
  });
  await pipeline(body, counter, createWriteStream(partial, { flags: start > 0 ? 'a' : 'w' }), { signal });
  if (file.bytes !== undefined && bytes < file.bytes) throw new Error(`the connection ended after ${bytes} bytes`);
}

function unavailable({ repository, file }: Download, cause: unknown): HubError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HubError(
    'hub-unavailable',
    `${repository}/${file.name}: gave up after ${mostAttempts} attempts: ${why}`,
    cause,
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
